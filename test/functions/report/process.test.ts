import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../architecture/source-tree.ts';
import { type FunctionProcess, functionProcess } from '../../e2e/function-process.ts';
import { signerOne } from '../../release/support/release-lab.ts';

const COMMON = {
  E2E_CLOCK_OFFSET_MS: '0',
  PIPELINE_PROJECT: 'p',
  PIPELINE_ENVIRONMENT: 'dev',
  PIPELINE_BUCKET: 'bucket',
  PIPELINE_AUDIENCE: 'https://function.example.com',
  PIPELINE_CALLERS: 'sa-push@p.iam.gserviceaccount.com',
  PIPELINE_TIMEOUT_S: '540',
  PIPELINE_BUNDLE_SHA256: '0'.repeat(64),
};
const ENVIRONMENTS = {
  shadow: COMMON,
  report: { ...COMMON, PIPELINE_TRUSTED_KEYS: Buffer.from(signerOne.publicKeyDer).toString('base64') },
} as const;

const started: FunctionProcess[] = [];
afterAll(() => Promise.all(started.map((one) => one.kill())));

describe.each(['shadow', 'report'] as const)('%s as a process', (name) => {
  it('starts under functions-framework and refuses a stranger', async () => {
    const one = functionProcess(name, ENVIRONMENTS[name]);
    started.push(one);
    await one.start();
    const answer = await fetch(one.url(), { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    expect(answer.status).toBe(401);
    expect(one.lines.join('\n')).not.toContain('request.bug');
  });

  it('ends with 78 and every problem at once when its environment is wrong', () => {
    const env = { PATH: process.env.PATH, PIPELINE_BUCKET: 'a/b', PIPELINE_TYPO: '1' };
    const ended = spawnSync(process.execPath, [join(ROOT, 'functions', name, 'main.ts')], { encoding: 'utf8', env });
    expect(ended.status).toBe(78);
    for (const setting of ['PIPELINE_BUCKET', 'PIPELINE_TYPO', 'PIPELINE_PROJECT', 'PIPELINE_CALLERS']) {
      expect(ended.stderr).toContain(setting);
    }
  });
});
