import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import quant from '#params/quant.json' with { type: 'json' };
import worker from '#params/worker.json' with { type: 'json' };
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { reloadAnswerSchema } from '#shared/contracts/config-reload.ts';
import { canonicalJson } from '#shared/core/canonical-json.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { Secret } from '#shared/core/secret.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { HttpAnswer } from '#shared/ports/http-handler.ts';
import { driftOf } from '#shared/supervision/continuity-log.ts';
import { RecoveryLog } from '#shared/supervision/recovery-log.ts';
import { acceptedHashes } from '#shared/supervision/reload/accepted-reloads.ts';
import { signCommand } from '#shared/supervision/signed-command.ts';
import { commandAuthority } from '../../../functions/worker/command-authority.ts';
import { LiveParams, loadParamFiles, type ParamFiles, readParamFiles } from '../../../functions/worker/live-params.ts';
import { reloadRoute } from '../../../functions/worker/reload-route.ts';

const NOW = 1_767_225_600_000;
const PATH = '/api/system/reload-config';
const KEY = new Secret('k'.repeat(64));
const quiet = { info: () => undefined, notice: () => undefined, warn: () => undefined, error: () => undefined };
const hashOf = (params: ParamFiles): string => sha256Hex(canonicalJson(params));

/** A worker's parameters in two files, and the route over them. */
function world(documents: DocumentStore = memoryDocumentStore()) {
  const folder = mkdtempSync(join(tmpdir(), 'livepool-reload-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const places = { PIPELINE_WORKER_PARAMS: join(folder, 'worker.json'), PIPELINE_QUANT_PARAMS: join(folder, 'quant.json') };
  const write = (files: { readonly worker?: object; readonly quant?: object }): void => {
    writeFileSync(places.PIPELINE_WORKER_PARAMS, JSON.stringify({ ...worker, ...files.worker }));
    writeFileSync(places.PIPELINE_QUANT_PARAMS, JSON.stringify({ ...quant, ...files.quant }));
  };
  write({});
  const clock = manualClock(NOW);
  const live = new LiveParams(loadParamFiles(places));
  const log = new RecoveryLog(documents);
  const authority = commandAuthority({ clock, key: KEY, documents, params: live.worker.recovery });
  const read = () => readParamFiles(places);
  const route = reloadRoute({ clock, random: repeatableRandom('id'), logger: quiet, authority, log, live, read, hashOf });
  let sent = 0;
  const ask = (body: object = { reason: 'drill' }, over: Readonly<Record<string, string>> = {}) => {
    const text = JSON.stringify(body);
    const command = { operator: 'ann', tsMs: NOW, nonce: `nonce-${String(sent++).padStart(12, '0')}`, path: PATH, body: text };
    const headers = { ...signCommand(KEY, command), ...over };
    return route({ method: 'POST', path: PATH, query: new URLSearchParams(), headers, body: text }) as Promise<HttpAnswer>;
  };
  return { live, log, write, ask, route, places };
}

describe('POST /api/system/reload-config (quant spec §8)', () => {
  it('applies what the whitelist lets through, at once, with a line in the log before', async () => {
    const { live, log, write, ask } = world();
    const before = hashOf(live.inForce);
    const { health, alerts } = { health: live.worker.health, alerts: live.alerts };
    write({ worker: { health: { ...worker.health, no_book_ms: 30_000 } }, quant: { alerts: { ...quant.alerts, oi_z: 3 } } });
    const answer = await ask();
    expect(answer.status).toBe(200);
    const body = reloadAnswerSchema.parse(answer.body);
    expect(body.applied).toEqual([
      { key: 'quant.alerts.oi_z', from: 2.5, to: 3 },
      { key: 'worker.health.no_book_ms', from: 60_000, to: 30_000 },
    ]);
    expect([health.no_book_ms, alerts.oi_z, live.quant.alerts.oi_z]).toEqual([30_000, 3, 2.5]);
    expect(body.config_hash).toBe(hashOf(live.inForce));
    expect(body.config_hash).not.toBe(before);
    const lines = await log.newest(10);
    expect(lines.map(({ component, step }) => `${component} ${step}`)).toEqual([
      'configuration requested',
      'configuration applied',
    ]);
    expect(lines[0]!.detail).toMatch(
      /^ann: drill; quant\.alerts\.oi_z 2\.5 → 3, worker\.health\.no_book_ms 60000 → 30000; config_hash /,
    );
    expect((await ask()).body).toMatchObject({ applied: [], refused: [], config_hash: body.config_hash });
    expect(await log.newest(10)).toHaveLength(2);
  });

  it('is no drift, where the same change without it is', async () => {
    const { log, write, ask, live } = world();
    const record = (config_hash: string) =>
      ({ build: { version: '1', git_sha: 'x', image_digest: '' }, config_hash, schema_hash: '' }) as never;
    const before = hashOf(live.inForce);
    write({ worker: { continuity: { ...worker.continuity, every_ms: 30_000 } } });
    await ask();
    const after = hashOf(live.inForce);
    const accepted = acceptedHashes(await log.newest(10));
    expect(driftOf(record(before), record(after), accepted)).toEqual([]);
    expect(driftOf(record(before), record(after))).toEqual(['config_hash']);
    expect(driftOf(record(after), record(before), accepted)).toEqual(['config_hash']);
  });

  it('refuses all of it for one key that may not move, and says what each one needs', async () => {
    const { live, log, write, ask } = world();
    const before = structuredClone(live.inForce);
    const score = structuredClone(quant.score);
    score.inputs.taker.weight = 0.5;
    write({ worker: { health: { ...worker.health, no_book_ms: 30_000, book_not_live_ms: 20_000 } }, quant: { score } });
    const answer = await ask();
    expect(answer).toMatchObject({ status: 409, body: { applied: [], error: { code: 'RELOAD_REFUSED' } } });
    expect((answer.body as { refused: unknown }).refused).toMatchObject([
      { key: 'quant.score.inputs.taker.weight', needs: 'approval', from: 0.2, to: 0.5 },
      { key: 'worker.health.book_not_live_ms', needs: 'approval', from: 10_000, to: 20_000 },
    ]);
    expect([live.inForce, await log.newest(10)]).toEqual([before, []]);
  });

  it('refuses files that are wrong, with every problem of both', async () => {
    const { live, write, ask, places } = world();
    write({ worker: { id: 'Bad Name', unknown: 1 }, quant: { tick_ms: 'soon' } });
    const answer = await ask();
    expect(answer.status).toBe(422);
    const { details } = (answer.body as { error: { details: { problems: { file: string; problem: string }[] } } }).error;
    expect(details.problems.map(({ file, problem }) => [file, problem.split(':')[0]])).toEqual([
      [places.PIPELINE_WORKER_PARAMS, 'id'],
      [places.PIPELINE_WORKER_PARAMS, '$'],
      [places.PIPELINE_QUANT_PARAMS, 'tick_ms'],
    ]);
    const health = { ...worker.health, no_book_ms: 5_000, memory_fail_pct: 70, clock_skew_fail_ms: 400 };
    write({
      worker: { health, archive: { features_every_ms: 20_000 }, retention: { ...worker.retention, commands_ms: 100_000 } },
    });
    expect((await ask()).body).toMatchObject({
      error: {
        message: expect.stringMatching(
          /features_every_ms.*book_not_live_ms.*memory_degraded_pct.*clock_skew_degraded_ms.*retention\.commands_ms/,
        ),
      },
    });
    writeFileSync(places.PIPELINE_WORKER_PARAMS, '{');
    expect((await ask()).status).toBe(422);
    rmSync(places.PIPELINE_WORKER_PARAMS);
    expect((await ask()).status).toBe(422);
    expect(live.worker).toEqual(worker);
  });

  it.each([
    ['continuity', 'every_ms', 1],
    ['retention', 'every_ms', 1],
    ['archive', 'features_every_ms', 15_000_000],
    ['recovery', 'cool_down_ms', 1_000_000_000],
  ] as const)('takes no slip of the pen for a duration: %s.%s = %i', async (section, name, value) => {
    const { live, write, ask } = world();
    write({ worker: { [section]: { ...worker[section], [name]: value } } });
    const problem = expect.stringContaining(`${section}.${name}: `);
    expect(await ask()).toMatchObject({ status: 422, body: { error: { details: { problems: [{ problem }] } } } });
    expect(live.worker).toEqual(worker);
  });

  it('obeys only an operator, once a command, who says why', async () => {
    const { live, write, ask, route } = world();
    write({ worker: { continuity: { ...worker.continuity, every_ms: 30_000 } } });
    expect((await ask({ reason: 'x' }, { 'livepool-operator': 'bob' })).status).toBe(401);
    expect((await ask({})).status).toBe(400);
    expect((await ask({ reason: 'x', force: true })).status).toBe(400);
    const get = { method: 'GET', path: PATH, query: new URLSearchParams(), headers: {}, body: '' };
    expect(route(get)).toMatchObject({ status: 405, headers: { Allow: 'POST' } });
    expect(route({ ...get, path: '/api/system' })).toBeUndefined();
    expect(live.worker.continuity.every_ms).toBe(60_000);
    const headers = { 'livepool-nonce': 'x' };
    expect((await ask({ reason: 'x' }, headers)).status).toBe(401);
  });

  it('changes nothing that it cannot account for', async () => {
    const documents = memoryDocumentStore();
    const { live, write, ask } = world({
      ...documents,
      list: async () => {
        throw new LivepoolError('STORE_UNAVAILABLE', 'transient', 'away');
      },
    });
    write({ worker: { continuity: { ...worker.continuity, every_ms: 30_000 } } });
    expect((await ask()).status).toBe(503);
    expect(live.worker.continuity.every_ms).toBe(60_000);
  });
});
