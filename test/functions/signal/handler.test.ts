import { describe, expect, it } from 'vitest';
import { LivepoolError } from '#shared/core/errors.ts';
import { answerOf } from '../../../functions/edge/answer-of.ts';
import { serveRequest } from '../../../functions/edge/serve-request.ts';
import { handleSignal } from '../../../functions/signal/handler.ts';
import { instantClock } from '../../adapters/instant-clock.ts';
import { at, away, LAB_PARAMS, labRows, regimeLab } from '../../signals/regime/regime-lab.ts';
import { contextOf, postOf } from '../run-context.ts';

const NOW = '2026-10-31T08:02:03Z';

const slot = (text: string, job = 'regime-4h') => ({
  'x-cloudscheduler-jobname': `projects/p/locations/l/jobs/${job}`,
  'x-cloudscheduler-scheduletime': text,
});

const SLOT = slot('2026-10-31T08:02:00Z');

/** `signal` over memory, three seconds after its slot. */
function signalFunction(now = NOW, rows = labRows(31)) {
  const lab = regimeLab(rows);
  const handle = handleSignal({
    clock: instantClock(at(now)),
    open: () => lab.deps,
    params: LAB_PARAMS,
    bundleSha256: 'b'.repeat(64),
  });
  const context = contextOf('sa-scheduler@p.iam.gserviceaccount.com');
  const send = (body: unknown, headers: Readonly<Record<string, string>> = {}) => handle(postOf(body, headers), context);
  return { lab, handle, send, events: context.events };
}

describe('signal', () => {
  it('judges the boundary of a schedule’s slot, and the same slot again changes nothing', async () => {
    const { lab, send, events } = signalFunction();
    const outcome = await send({}, SLOT);
    expect(outcome).toMatchObject({
      kind: 'done',
      fields: { run_key: 'regime-4h:20261031T080200Z', boundary: '2026-10-31T08:00:00Z' },
    });
    expect(answerOf(outcome).status).toBe(204);
    expect(await lab.documents.get('regime/latest')).toMatchObject({ bundle_sha256: 'b'.repeat(64) });
    const again = await send({}, SLOT);
    expect([again.kind, answerOf(again).status]).toEqual(['duplicate', 204]);
    expect(events).toEqual(['regime.written']);
    expect([lab.asked.length, lab.sent.length]).toEqual([31, 1]);
  });

  it('takes the boundary of its slot also when the delivery is late', async () => {
    const { lab, send } = signalFunction('2026-10-31T13:30:00Z');
    expect(await send({ job: 'regime-4h' }, SLOT)).toMatchObject({ fields: { boundary: '2026-10-31T08:00:00Z' } });
    expect((await lab.documents.list('regime')).map(({ id }) => id)).toEqual(['2026-10-31T08:00:00Z', 'latest']);
  });

  it('lets a person ask for a boundary of the past under an id of their own', async () => {
    const { send } = signalFunction();
    const wish = { run_id: 'again-1', as_of: '2026-10-30T15:59:59Z' };
    expect(await send(wish)).toMatchObject({ fields: { run_key: 'manual:again-1', boundary: '2026-10-30T12:00:00Z' } });
    expect(await send({ run_id: 'now-1' })).toMatchObject({ fields: { boundary: '2026-10-31T08:00:00Z' } });
  });

  it.each([
    ['a job of another function', {}, slot('2026-10-31T08:05:00Z', 'premove-1h'), 'serves regime-4h'],
    ['a job that is not built', { job: 'signal-15m' }, SLOT, 'job signal-15m is not served here'],
    ['an instant without an id', { as_of: '2026-10-30T12:00:00Z' }, SLOT, 'with a run_id'],
    ['the future', { run_id: 'x', as_of: '2026-10-31T08:02:04Z' }, {}, 'not over yet'],
    ['a slot that is not due', {}, slot('2026-10-31T12:02:00Z'), 'not due yet'],
    ['nothing that names a run', {}, {}, 'run_id'],
    ['a field it does not know', { boundary: 'x' }, SLOT, 'boundary'],
  ])('refuses %s', async (_what, body, headers, words) => {
    const { lab, send } = signalFunction();
    const outcome = await send(body, headers);
    expect(outcome).toMatchObject({ kind: 'bad_request', refusal: { message: expect.stringContaining(words) } });
    expect(lab.asked).toEqual([]);
  });

  it('asks for another try in the second before the last bar may be used', async () => {
    const { send } = signalFunction('2026-10-31T08:00:01Z');
    const outcome = await send({}, slot('2026-10-31T08:00:00Z'));
    expect(answerOf(outcome).status).toBe(503);
  });

  it('says in its log what could not be read', async () => {
    const rows = labRows(33);
    rows.get('S00USDT')![0] = { ...rows.get('S00USDT')![0]!, openTimeMs: Number.NaN };
    const { lab, send, events } = signalFunction(NOW, rows);
    lab.failure = (symbol) => (symbol === 'S01USDT' ? away() : undefined);
    await send({}, SLOT);
    expect(events).toEqual(['regime.written', 'regime.symbols_unread', 'regime.rows_rejected']);
  });

  it('answers 503 to a venue that is away, 200 to one that will never answer, and keeps what it read', async () => {
    const { lab, handle } = signalFunction();
    const { logger } = contextOf('x');
    const deps = {
      clock: { nowMs: () => at(NOW), sleep: () => new Promise<void>(() => undefined) },
      random: { next: () => 0, hex: () => '0'.repeat(32) },
      checkCaller: async () => ({ ok: true as const, value: { email: 'sa-scheduler@p.iam.gserviceaccount.com' } }),
      loggerOf: () => logger,
    };
    const served = async () => (await serveRequest(deps, { timeoutS: 300, handle }, postOf({}, SLOT))).answer;
    lab.failure = () => (lab.asked.length > 20 ? away() : undefined);
    expect(await served()).toMatchObject({ status: 503, json: { code: 'VENUE_UNAVAILABLE' } });
    lab.failure = () => new LivepoolError('VENUE_ERROR', 'terminal', 'no such endpoint');
    expect(await served()).toMatchObject({ status: 200, json: { outcome: 'terminal' } });
    lab.failure = () => undefined;
    const asked = lab.asked.length;
    expect((await served()).status).toBe(204);
    expect(lab.asked.length - asked).toBe(31 - 20);
  });
});
