import { describe, expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { Secret } from '#shared/core/secret.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { HttpAnswer } from '#shared/ports/http-handler.ts';
import { RecoveryDesk, type RecoveryTarget } from '#shared/supervision/recovery-desk.ts';
import { RecoveryLog } from '#shared/supervision/recovery-log.ts';
import { signCommand } from '#shared/supervision/signed-command.ts';
import { recoverRoute } from '../../../functions/worker/recover-route.ts';
import { WORKER_PARAMS } from '../../supervision/worker-params.ts';

const NOW = 1_767_225_600_000;
const PATH = '/admin/recover';
const KEY = new Secret('k'.repeat(64));
const quiet = { info: () => undefined, notice: () => undefined, warn: () => undefined, error: () => undefined };
const BACK: RecoveryTarget = { steps: [], isFresh: () => true };

/** The route of a worker that watches gate and kraken. */
function world(store: DocumentStore = memoryDocumentStore()) {
  const clock = manualClock(NOW);
  const log = new RecoveryLog(store);
  const params = WORKER_PARAMS.recovery;
  const targets = { ws_manager: BACK, rest_collector: BACK, db_writer: BACK, quant_engine: BACK };
  const deps = { clock, logger: quiet, log, params };
  const desk = new RecoveryDesk({ ...deps, random: repeatableRandom('r'), store, targets, onStep: () => undefined });
  const route = recoverRoute({ ...deps, key: KEY, desk, venues: ['gate', 'kraken'] });
  let sent = 0;
  return (wish: object): Promise<HttpAnswer> => {
    const body = JSON.stringify({ reason: 'drill', idempotency_key: `key-${sent}`, ...wish });
    const command = { operator: 'ann', tsMs: NOW, nonce: `nonce-${String(sent++).padStart(12, '0')}`, path: PATH, body };
    const headers = signCommand(KEY, command);
    return route({ method: 'POST', path: PATH, query: new URLSearchParams(), headers, body }) as Promise<HttpAnswer>;
  };
}

describe('POST /admin/recover (quant spec §9.2)', () => {
  it('takes a venue for connections alone, and only one that is watched', async () => {
    const ask = world();
    expect(await ask({ component: 'ws_manager', venue: 'gate' })).toMatchObject({ status: 202 });
    expect(await ask({ component: 'rest_collector', venue: 'kraken' })).toMatchObject({ status: 202 });
    for (const component of ['quant_engine', 'db_writer', 'all']) {
      expect(await ask({ component, venue: 'gate' })).toMatchObject({
        status: 400,
        body: { error: { message: expect.stringContaining('only ws_manager and rest_collector') } },
      });
    }
    expect(await ask({ component: 'ws_manager', venue: 'nope' })).toMatchObject({
      status: 400,
      body: { error: { code: 'RECOVERY_UNKNOWN', message: 'venue nope is not watched here; there are gate, kraken' } },
    });
    expect(await ask({ component: 'quant_engine' })).toMatchObject({ status: 202 });
  });

  it('lets nothing through while the store does not answer', async () => {
    const away = () => Promise.reject(new LivepoolError('STORE_UNAVAILABLE', 'transient', 'away'));
    const ask = world({ ...memoryDocumentStore(), transaction: away });
    expect(await ask({ component: 'db_writer' })).toMatchObject({ status: 503, body: { error: { message: 'away' } } });
  });
});
