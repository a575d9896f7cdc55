import { describe, expect, it } from 'vitest';
import { readConfig } from '#shared/contracts/read-config.ts';
import { workerConfigSchema } from '../../../functions/worker/config.ts';

const LIVE = {
  PIPELINE_MODE: 'live',
  PIPELINE_MARKET: 'venues',
  PIPELINE_ENVIRONMENT: 'prod',
  PIPELINE_PROJECT: 'p',
  PIPELINE_INSTRUMENTS: 'BTC-USD.spot@kraken,ETH-USD.spot@kraken',
  PIPELINE_EXCHANGE_KEYS: 'exchange-keys/7',
  PIPELINE_SOURCE_REVISION: '0'.repeat(40),
  PIPELINE_IMAGE_DIGEST: `sha256:${'0'.repeat(64)}`,
  PIPELINE_LIVE_CONFIRM: 'trade-with-real-money',
} as const;

function problems(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const config = readConfig(workerConfigSchema, env, 'this worker');
  return config.ok ? [] : config.error;
}

describe('the configuration of the worker', () => {
  it('needs nothing: paper, on a simulator of its own', () => {
    const config = readConfig(workerConfigSchema, { PATH: '/bin', HOME: '/root' });
    expect(config).toMatchObject({
      ok: true,
      value: { PIPELINE_MODE: 'paper', PIPELINE_MARKET: 'sim', PIPELINE_VENUE_PROFILE: 'us_strict', METRICS_PREFIX: 'clp_' },
    });
  });

  it('reports everything that is wrong at once', () => {
    const found = problems({
      PIPELINE_MODE: 'live',
      PIPELINE_HTTP_PORT: '99999',
      PIPELINE_INSTRUMENTS: 'BTCUSD',
      PIPELINE_NONSENSE: '1',
      METRICS_PREFIX: 'Bad',
    });
    expect(found.join('\n')).toMatch(/PIPELINE_HTTP_PORT: must be a port/);
    expect(found.join('\n')).toMatch(/PIPELINE_INSTRUMENTS/);
    expect(found).toContain('PIPELINE_NONSENSE: is no setting of this worker');
    expect(found).toContain('METRICS_PREFIX: must be lower case and end in "_"');
    for (const name of ['PIPELINE_PROJECT', 'PIPELINE_EXCHANGE_KEYS', 'PIPELINE_IMAGE_DIGEST', 'PIPELINE_LIVE_CONFIRM']) {
      expect(found).toContain(`${name}: must be named in live mode`);
    }
  });

  it('is live only when everything that needs is named', () => {
    expect(problems(LIVE)).toEqual([]);
    for (const name of Object.keys(LIVE).filter((each) => each !== 'PIPELINE_MODE')) {
      const named = problems({ ...LIVE, [name]: undefined }).map((line) => line.slice(0, line.indexOf(':')));
      expect([...new Set(named)]).toEqual([name]);
    }
  });

  it('does not watch a simulator in production', () => {
    expect(problems({ PIPELINE_ENVIRONMENT: 'prod' })).toEqual([
      'PIPELINE_MARKET: must not be set in prod: it points to a stand-in',
    ]);
    const url = { PIPELINE_MARKET: 'venues', PIPELINE_SIMULATOR_URL: 'http://127.0.0.1:1' };
    expect(problems(url)).toEqual([
      'PIPELINE_INSTRUMENTS: must name what is watched at the venues',
      'PIPELINE_SIMULATOR_URL: contradicts PIPELINE_MARKET=venues',
    ]);
  });
});
