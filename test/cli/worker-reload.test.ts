import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import quant from '#params/quant.json' with { type: 'json' };
import shipped from '#params/worker.json' with { type: 'json' };
import { operatorKeyFile } from '#shared/adapters/keys/operator-key-file.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { canonicalJson } from '#shared/core/canonical-json.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { RecoveryLog } from '#shared/supervision/recovery-log.ts';
import { commandAuthority } from '../../functions/worker/command-authority.ts';
import { LiveParams, loadParamFiles, readParamFiles } from '../../functions/worker/live-params.ts';
import { reloadRoute } from '../../functions/worker/reload-route.ts';
import { temporaryFolder } from '../adapters/temporary-folder.ts';
import { livepoolHere } from './in-process.ts';
import { serving } from './worker-stand-in.ts';

const QUIET = { info: () => undefined, notice: () => undefined, warn: () => undefined, error: () => undefined };

/** The reload part of a worker, served as the worker serves it, over two files that may be written anew. */
async function world() {
  const folder = temporaryFolder();
  const places = { PIPELINE_WORKER_PARAMS: join(folder, 'worker.json'), PIPELINE_QUANT_PARAMS: join(folder, 'quant.json') };
  const write = (worker: object, engine: object = quant): void => {
    writeFileSync(places.PIPELINE_WORKER_PARAMS, JSON.stringify(worker));
    writeFileSync(places.PIPELINE_QUANT_PARAMS, JSON.stringify(engine));
  };
  write(shipped);
  const keyFile = join(folder, 'operator.key');
  const live = new LiveParams(loadParamFiles(places));
  const [clock, documents] = [systemClock(), memoryDocumentStore()];
  const authority = commandAuthority({ clock, key: operatorKeyFile(keyFile), documents, params: live.worker.recovery });
  const route = reloadRoute({
    clock,
    random: systemRandom(),
    logger: QUIET,
    authority,
    log: new RecoveryLog(documents),
    live,
    read: () => readParamFiles(places),
    hashOf: (params) => sha256Hex(canonicalJson(params)),
  });
  const server = await serving([route]);
  onTestFinished(() => server.close());
  const reload = (...more: readonly string[]) =>
    livepoolHere('reload', '--url', server.url, '--key-file', keyFile, '--reason', 'drill', ...more);
  return { live, write, reload };
}

const withHealth = (values: object): object => ({ ...shipped, health: { ...shipped.health, ...values } });

it('livepool reload takes over what only tightens, and says what it was', async () => {
  const { live, write, reload } = await world();
  expect(await reload()).toMatchObject({
    exit: 0,
    stdout: expect.stringMatching(/^the files say what is in force, \d+ unchanged/),
  });
  write(withHealth({ no_book_ms: 30_000 }));
  const { exit, stdout } = await reload();
  expect([exit, stdout.split('\n')[0]]).toEqual([0, 'worker.health.no_book_ms  60000 → 30000']);
  expect(live.worker.health.no_book_ms).toBe(30_000);
  write(withHealth({ no_book_ms: 20_000 }));
  expect(JSON.parse((await reload('--json')).stdout)).toMatchObject({ ok: true, applied: [{ to: 20_000 }], refused: [] });
});

it('livepool reload names every key that may not move, and every problem of the files', async () => {
  const { live, write, reload } = await world();
  write(withHealth({ rest_failures: 9, every_ms: 500 }));
  const refused = await reload();
  expect(refused.exit).toBe(1);
  expect(refused.stderr).toMatch(/RELOAD_REFUSED: worker\.health\.every_ms 1000 → 500 needs restart/);
  expect(refused.stderr).toMatch(/RELOAD_REFUSED: worker\.health\.rest_failures 3 → 9 needs approval/);
  write({ ...shipped, id: 'Bad Name' }, { ...quant, tick_ms: -1 });
  const wrong = await reload();
  expect(wrong.exit).toBe(1);
  expect(wrong.stderr).toMatch(/PARAMS_INVALID: .*worker\.json: id: /);
  expect(wrong.stderr).toMatch(/PARAMS_INVALID: .*quant\.json: tick_ms: /);
  expect(live.worker).toEqual(shipped);
});
