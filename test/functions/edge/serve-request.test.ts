import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import type { BusMessage } from '#shared/ports/event-bus.ts';
import type { LogFields } from '#shared/ports/logger.ts';
import type { EdgeRequest } from '../../../functions/edge/edge-request.ts';
import type { Outcome } from '../../../functions/edge/outcome.ts';
import { pushHandler } from '../../../functions/edge/push-handler.ts';
import { decodeBody, MAX_BODY_BYTES } from '../../../functions/edge/request-limits.ts';
import { type Endpoint, serveRequest } from '../../../functions/edge/serve-request.ts';

const CALLER = 'ops@example.com';

/** An edge whose lines are kept and whose callers are let in by their name. */
function edge(endpoint: Partial<Endpoint> = {}) {
  const lines: { readonly event: string; readonly fields: LogFields }[] = [];
  const log = (event: string, fields: LogFields = {}): void => void lines.push({ event, fields });
  const clock = manualClock(0);
  const deps = {
    clock,
    random: repeatableRandom('edge'),
    checkCaller: async (authorization: string | undefined) => {
      if (authorization === undefined) return { ok: false, error: { code: 'UNAUTHENTICATED', message: 'who?' } } as const;
      if (authorization !== CALLER) return { ok: false, error: { code: 'CALLER_FORBIDDEN', message: 'not you' } } as const;
      return { ok: true, value: { email: authorization } } as const;
    },
    loggerOf: () => ({ info: log, notice: log, warn: log, error: log }),
  };
  const served: Endpoint = { timeoutS: 60, handle: async () => ({ kind: 'done' }), ...endpoint };
  return { lines, clock, serve: (request: Partial<EdgeRequest> = {}) => serveRequest(deps, served, { ...POST, ...request }) };
}

const POST: EdgeRequest = {
  method: 'POST',
  headers: { authorization: CALLER, 'content-type': 'application/json' },
  body: utf8('{}'),
};

const refusal = { code: 'VALIDATION_FAILED', message: 'V09' };
const failing = (code: string, kind: 'transient' | 'terminal' | 'bug') => async (): Promise<Outcome> => {
  throw new LivepoolError(code, kind, 'secret detail');
};

describe('operations spec §2: the answer to each outcome', () => {
  it.each<[string, number, () => Promise<Outcome>]>([
    ['done', 204, async () => ({ kind: 'done' })],
    ['a duplicate', 204, async () => ({ kind: 'duplicate' })],
    ['nothing to do', 204, async () => ({ kind: 'no_op' })],
    ['held', 204, async () => ({ kind: 'held' })],
    ['not ready', 503, async () => ({ kind: 'not_ready', refusal: { code: 'stage_not_ready', message: '' } })],
    ['refused', 200, async () => ({ kind: 'terminal', refusals: [refusal] })],
    ['a transient error', 503, failing('STORE_UNAVAILABLE', 'transient')],
    ['a terminal error', 200, failing('STORE_REFUSED', 'terminal')],
  ])('%s is %i', async (_what, status, handle) => {
    expect(await edge({ handle }).serve()).toMatchObject({ answer: { status }, mustExit: false });
  });

  it('a broken invariant is 500, ends the instance, and tells the caller nothing', async () => {
    const { serve, lines } = edge({ handle: failing('INVARIANT', 'bug') });
    expect(await serve()).toEqual({ answer: { status: 500, json: { outcome: 'bug' } }, mustExit: true });
    expect(lines.at(-1)).toMatchObject({ event: 'request.bug', fields: { code: 'INVARIANT', kind: 'bug' } });
    const unknown = edge({ handle: () => Promise.reject(new TypeError('x is undefined')) });
    expect((await unknown.serve()).mustExit).toBe(true);
  });

  it('one line says how each request ended', async () => {
    const { serve, lines } = edge({ handle: async () => ({ kind: 'terminal', refusals: [refusal] }) });
    await serve();
    expect(lines).toEqual([
      {
        event: 'request.terminal',
        fields: { outcome: 'terminal', kind: 'terminal', duration_ms: 0, code: refusal.code, message: 'VALIDATION_FAILED: V09' },
      },
    ]);
  });
});

describe('operations spec §5: what gets in', () => {
  it.each<[string, number, Partial<EdgeRequest>]>([
    ['nobody', 401, { headers: { 'content-type': 'application/json' } }],
    ['nobody with a bad request', 401, { method: 'GET', headers: {} }],
    ['somebody else', 403, { headers: { authorization: 'mallory@example.com', 'content-type': 'application/json' } }],
    ['another method', 400, { method: 'GET' }],
    ['no content type', 400, { headers: { authorization: CALLER } }],
    ['another content type', 400, { headers: { authorization: CALLER, 'content-type': 'application/jsonx' } }],
    ['a body of 64 KiB', 204, { body: new Uint8Array(MAX_BODY_BYTES) }],
    ['a larger body', 400, { body: new Uint8Array(MAX_BODY_BYTES + 1) }],
    ['a charset', 204, { headers: { authorization: CALLER, 'content-type': 'application/json; charset=utf-8' } }],
  ])('%s: %i', async (_what, status, request) => {
    expect((await edge().serve(request)).answer.status).toBe(status);
  });

  it.each(['{"a":1,"b":2}', '{"a":1,"a":1}', '{}', '{"a":"1"}', '[]', '', '{"a":1} '.repeat(2)])(
    'the body %j is refused',
    (text) => {
      const schema = z.strictObject({ a: z.number() });
      expect(decodeBody(schema, { ...POST, body: utf8(text) })).toMatchObject({ ok: false, error: { code: 'REQUEST_INVALID' } });
    },
  );
});

it('tells a handler to stop 10 s before its time is up', async () => {
  const { serve, clock } = edge({
    handle: async (_request, { signal, remainingMs }) => {
      expect(remainingMs()).toBe(50_000);
      clock.advance(49_999);
      await Promise.resolve();
      expect(signal.aborted).toBe(false);
      clock.advance(1);
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      return { kind: 'done' };
    },
  });
  expect((await serve()).answer).toMatchObject({ status: 503, json: { code: 'BUDGET_SPENT' } });
  expect(clock.pending()).toBe(0);
});

describe('a pushed message', () => {
  const schema = z.strictObject({ run_key: z.string() });
  const envelope = (payload: string): Uint8Array =>
    utf8(
      JSON.stringify({
        message: { data: Buffer.from(payload).toString('base64'), messageId: '7', publishTime: '2026-12-01T00:00:00Z' },
        subscription: 'projects/p/subscriptions/s',
      }),
    );

  /** Serves one push and shows the answer and the dead letters. */
  async function push(body: Uint8Array, handle: () => Promise<Outcome> = async () => ({ kind: 'done' }), failsToCopy = false) {
    const sent: BusMessage[] = [];
    const bus = {
      publish: async (message: BusMessage): Promise<void> => {
        if (failsToCopy) throw new LivepoolError('STORE_UNAVAILABLE', 'transient', 'no answer');
        sent.push(message);
      },
    };
    const { answer } = await edge({ handle: pushHandler({ topic: 'pool-built', schema, bus, handle }) }).serve({ body });
    return { status: answer.status, sent };
  }

  const valid = envelope('{"run_key":"manual:a"}');
  const copy = { topic: 'pool-built-dlq', data: { run_key: 'manual:a' } };

  it('that can be used is acknowledged', async () => {
    expect(await push(valid)).toEqual({ status: 204, sent: [] });
  });

  it('that can never be used goes to the dead letters unchanged, and is acknowledged', async () => {
    expect(await push(valid, async () => ({ kind: 'terminal', refusals: [refusal] }))).toEqual({ status: 200, sent: [copy] });
    expect(await push(valid, failing('RUN_CONFLICT', 'terminal'))).toEqual({ status: 200, sent: [copy] });
    expect(await push(envelope('{"run_key":"manual:a","more":"x"}'))).toEqual({
      status: 200,
      sent: [{ topic: 'pool-built-dlq', data: { run_key: 'manual:a', more: 'x' } }],
    });
    expect((await push(envelope('no json'))).sent[0]?.data).toEqual({
      payload_base64: Buffer.from('no json').toString('base64'),
    });
  });

  it('whose copy fails is asked for again', async () => {
    expect((await push(valid, failing('RUN_CONFLICT', 'terminal'), true)).status).toBe(503);
  });

  it('that may be used later is asked for again without a copy', async () => {
    expect(await push(valid, failing('STORE_UNAVAILABLE', 'transient'))).toEqual({ status: 503, sent: [] });
  });

  it('that is no envelope was not sent by Pub/Sub', async () => {
    expect(await push(utf8('{"run_key":"manual:a"}'))).toEqual({ status: 400, sent: [] });
    expect(await push(utf8('{"message":{"data":"%%","messageId":"7"},"subscription":"s"}'))).toEqual({ status: 400, sent: [] });
  });

  it('of more than 4 KiB is none of ours', async () => {
    expect((await push(envelope(`{"run_key":"${'a'.repeat(4_200)}"}`))).status).toBe(200);
  });
});
