import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOperatorKey } from '#shared/adapters/keys/operator-key-file.ts';
import { sqliteDocumentReader } from '#shared/adapters/sqlite/document-reader.ts';
import { hotDocumentSchema } from '#shared/contracts/hot-document.ts';
import { type MarketSample, marketSampleSchema, sourceHealthSchema } from '#shared/contracts/market-samples.ts';
import { WORKER_PATHS } from '#shared/contracts/names.ts';
import { continuityRecords } from '#shared/supervision/continuity-log.ts';
import { brokenLink } from '#shared/supervision/hash-chain.ts';
import { signCommand } from '#shared/supervision/signed-command.ts';
import { ROUTES } from '../../../functions/worker/index-route.ts';
import { ROOT } from '../../architecture/source-tree.ts';
import { WorkerProcess } from './worker-process.ts';

const INSTRUMENTS = 'BTC-USD.spot@kraken,BTC-USD.perp@krakenfutures';

interface ComponentState {
  readonly name: string;
  readonly state: string;
  readonly restarts_total: number;
  readonly pid?: number;
}

describe('the worker as a process', () => {
  const worker = new WorkerProcess();
  beforeAll(() => worker.start({ PIPELINE_INSTRUMENTS: INSTRUMENTS }));
  afterAll(() => worker.dispose());

  async function components(): Promise<readonly ComponentState[]> {
    return (await worker.json('/health')).components as readonly ComponentState[];
  }

  async function line(): Promise<string> {
    return (await worker.get('/health/line')).text.trim();
  }

  it('goes green by itself, and shows live lines', async () => {
    await worker.until('OK', async () => (await line()) === 'OK' || undefined);
    await worker.until('ready', async () => (await worker.get('/ready')).status === 200 || undefined);
    expect((await worker.get('/live')).status).toBe(200);
    const shown = await worker.until('a live line', () => {
      return worker
        .events('market.line')
        .find(({ instrument, price }) => instrument === 'BTC-USD.spot@kraken' && typeof price === 'number');
    });
    expect(shown).toMatchObject({ book: 'live', bias: expect.toBeOneOf([null, 'neutral']) });
    expect(shown.price).toBeGreaterThan(0);
    expect(shown.spread_bps).toBeGreaterThan(0);
    expect(worker.verdicts[0]).toMatch(/^OK degraded:worker:starting/);
  });

  it('says at its door who it is and what there is, and all of that is there', async () => {
    const index = await worker.get('/');
    expect([index.status, index.text]).toEqual([
      200,
      expect.stringMatching(/^livepool worker \S+, w-[0-9a-f]{4,}, paper, market sim\n/),
    ]);
    await worker.until('a tick', async () => (await worker.get('/api/quant/summary')).status === 200 || undefined);
    for (const [request] of ROUTES) {
      const [method = '', template = ''] = request.split(' ');
      const path = template.replace('{symbol}', 'BTC-USD').replace('{panel}', 'summary');
      expect(index.text).toContain(template);
      if (path === '/events') continue;
      const { status } = await fetch(worker.url + path, { method });
      // A stream wants an upgrade and a command a signature: both answer as themselves.
      expect([request, status]).not.toEqual([request, 404]);
    }
  });

  it('keeps what venues were asked for and how its sources do, and shows its primary books to others', async () => {
    const asked = '/api/samples?instrument=BTC-USD.perp@krakenfutures&metric=open_interest';
    const rowsOf = async (path: string) => ((await worker.json(path)).rows as readonly unknown[]) ?? [];
    const [sample] = await worker.until('a sample', async () => {
      const rows = await rowsOf(asked);
      return rows.length > 0 ? rows : undefined;
    });
    const { revision, ...content } = sample as MarketSample & { revision: number };
    expect([revision, marketSampleSchema.parse(content).unit]).toEqual([0, 'contracts']);
    const [source] = await worker.until('the health of sources', async () => {
      const rows = await rowsOf('/api/sources/health');
      return rows.length > 0 ? rows : undefined;
    });
    sourceHealthSchema.parse(source);
    const documents = sqliteDocumentReader({ file: join(worker.folder, 'documents.sqlite') });
    const hot = await worker.until(
      'a hot document',
      async () => (await documents.get(WORKER_PATHS.hot('kraken', 'BTC-USD'))) ?? undefined,
    );
    documents.close();
    expect(hotDocumentSchema.parse(hot)).toMatchObject({ instrument: 'BTC-USD.spot@kraken', lease_epoch: 1 });
  });

  it('has metrics that Prometheus can read, under the prefix', async () => {
    const { text } = await worker.get('/metrics');
    const sample = /^(?:#.*|clp_[a-z0-9_]+(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? [0-9.e+-]+(?:Inf)?|)$/;
    expect(text.split('\n').filter((each) => !sample.test(each))).toEqual([]);
    for (const name of ['worker_ready 1', 'health_status 0', 'book_state{symbol="BTC-USD.spot@kraken",venue="kraken"} 1']) {
      expect(text).toContain(`clp_${name}\n`);
    }
    for (const name of [
      /^clp_rate_limit_remaining\{endpoint="[a-z_]+",provider="kraken(?:futures)?"\} \d+$/m,
      /^clp_stream_throughput\{stream="kraken"\} \d/m,
      /^clp_sse_throughput\{stream="kraken"\} \d/m,
      /^clp_lease_epoch 1$/m,
      /^clp_replication_lag_seconds\{region="local",source="kraken",tier="hot"\} \d/m,
      /^clp_data_freshness_seconds\{feed="kraken\.book_top"\} \d/m,
      /^clp_component_value\{component="quality_keeper",name="quarantined_pairs"\} 0$/m,
    ]) {
      expect(text).toMatch(name);
    }
  });

  it('takes one signed command once, and nobody else’s', async () => {
    const body = JSON.stringify({ component: 'ws_manager', venue: 'kraken', reason: 'drill', idempotency_key: 'drill-1' });
    const key = readOperatorKey(join(worker.folder, 'operator.key'));
    const command = { operator: 'ann', tsMs: Date.now(), nonce: 'n'.repeat(20), path: '/admin/recover', body };
    const headers = signCommand(key, command);
    const send = (more: object = {}) =>
      fetch(`${worker.url}/admin/recover`, { method: 'POST', body, headers: { ...headers, ...more } });
    expect((await send({ 'livepool-operator': 'bob' })).status).toBe(401);
    const begun = await send();
    const { recovery_id: id } = (await begun.json()) as { readonly recovery_id: string };
    expect([begun.status, id]).toEqual([202, expect.stringMatching(/^r-/)]);
    expect((await send()).status).toBe(409);
    const steps = await worker.until('a recovery', async () => {
      const { rows } = (await worker.json('/api/system/recoveries')) as { readonly rows: readonly { readonly step: string }[] };
      return rows.at(-1)?.step === 'recovered' ? rows.map(({ step }) => step) : undefined;
    });
    expect(steps).toEqual(['requested', 'reconnect', 'resnapshot', 'verify', 'recovered']);
    expect((await components()).map(({ restarts_total }) => restarts_total)).toEqual((await components()).map(() => 0));
  });

  it('takes over a tighter limit from its parameter file, and writes down the configuration that follows', async () => {
    const file = join(worker.folder, 'params.json');
    const params = JSON.parse(readFileSync(file, 'utf8')) as { health: { no_book_ms: number } };
    const before = params.health.no_book_ms;
    params.health.no_book_ms = before - 100;
    writeFileSync(file, JSON.stringify(params));
    const path = '/api/system/reload-config';
    const body = JSON.stringify({ reason: 'drill' });
    const key = readOperatorKey(join(worker.folder, 'operator.key'));
    const headers = signCommand(key, { operator: 'ann', tsMs: Date.now(), nonce: 'm'.repeat(20), path, body });
    const response = await fetch(worker.url + path, { method: 'POST', body, headers });
    const answer = (await response.json()) as { readonly config_hash: string };
    expect([response.status, answer]).toMatchObject([
      200,
      { applied: [{ key: 'worker.health.no_book_ms', from: before, to: before - 100 }], refused: [] },
    ]);
    await worker.until('a record of it', async () => {
      return (await worker.json('/api/system/continuity')).config_hash === answer.config_hash || undefined;
    });
    expect(worker.events('continuity.drift')).toEqual([]);
  });

  it('is degraded, then fails, when the venue dies, and comes back with it; nothing else is restarted', async () => {
    await worker.until('OK', async () => (await line()) === 'OK' || undefined);
    const before = worker.verdicts.length;
    const pid = (await components()).find(({ name }) => name === 'simulator')?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await worker.until('a failure', () => worker.verdicts.slice(before).find((each) => each.startsWith('FAIL')));
    const failed = await worker.get('/health');
    expect([failed.status, (await worker.get('/live')).status, (await worker.get('/ready')).status]).toEqual([503, 200, 503]);
    // Polls that failed three times meanwhile stay away for the minute of their breaker; the books do not wait for them.
    await worker.until(
      'the books',
      async () => /^OK(?: degraded:(?:(?:venue:[a-z]+_rest|feed:[a-z0-9_]+_stale),?)+)?$/.test(await line()) || undefined,
    );
    const verdicts = worker.verdicts.slice(before);
    const fail = verdicts.findIndex((each) => each.startsWith('FAIL'));
    expect(verdicts[fail]).toMatch(/^FAIL venue:kraken_no_book/);
    expect(verdicts.slice(0, fail).join()).toMatch(/OK degraded:.*venue:kraken_reconnecting/);
    const restarted = (await components()).filter(({ restarts_total }) => restarts_total > 0);
    expect(restarted.map(({ name, restarts_total }) => [name, restarts_total])).toEqual([['simulator', 1]]);
  });

  it('stops at SIGTERM by itself, and leaves a whole record behind', async () => {
    // A stop that takes longer than the hard limit of operations spec §3 has another code.
    expect(await worker.stop('SIGTERM')).toBe(0);
    const store = sqliteDocumentReader({ file: join(worker.folder, 'documents.sqlite') });
    const records = await continuityRecords(store, 1_000);
    store.close();
    expect(brokenLink(records)).toBeUndefined();
    expect(records.map(({ status }) => status)).toEqual(expect.arrayContaining(['active', 'degraded']));
    expect([records[0]!.prev_hash, records.at(-1)!.status]).toEqual(['0'.repeat(64), 'shutdown']);
  });
});

describe('a worker that cannot run', () => {
  const main = join(ROOT, 'functions', 'worker', 'main.ts');
  const started = (env: Readonly<Record<string, string>>, ...args: readonly string[]) => {
    const options = { encoding: 'utf8', env: { PATH: process.env.PATH, ...env } } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], options);
    return { status, stdout, stderr };
  };

  it('prints help, or that it does not know an argument, and starts nothing', () => {
    const help = started({ PIPELINE_HTTP_PORT: 'x' }, '--help');
    expect(help).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('PIPELINE_HTTP_PORT') });
    for (const args of [['--port', '1'], ['simulator'], ['start']]) {
      const unknown = started({}, ...args);
      expect([unknown.status, unknown.stdout, unknown.stderr]).toEqual([
        2,
        '',
        `the worker does not know the argument ${args[0]}; --help says what it knows\n`,
      ]);
    }
  });

  it('ends with 78 and says everything that is wrong', () => {
    const { status, stderr } = started({ PIPELINE_MODE: 'live', PIPELINE_HTTP_PORT: 'x' });
    expect(status).toBe(78);
    expect(stderr).toMatch(/^the environment does not configure this worker:\n/);
    expect(stderr).toContain('PIPELINE_HTTP_PORT: must be a port');
    expect(stderr).toContain('PIPELINE_EXCHANGE_KEYS: must be named in live mode');
  });

  it('ends with 78 before it contacts a venue that the policy refuses', () => {
    const { status, stderr } = started({ PIPELINE_MARKET: 'venues', PIPELINE_INSTRUMENTS: 'BTC-USDT.spot@binance' });
    expect([status, stderr]).toEqual([78, expect.stringContaining('VENUE_REFUSED')]);
  });

  it('ends with 78 where its data folder cannot be', (context) => {
    if (!existsSync('/proc/self')) return context.skip('only where there is a /proc');
    const { status, stderr } = started({ PIPELINE_DATA_FOLDER: '/proc/nope' });
    expect([status, stderr]).toEqual([78, expect.stringContaining('cannot write /proc/nope (ENOENT)')]);
  });
});
