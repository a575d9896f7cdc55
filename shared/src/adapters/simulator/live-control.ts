import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { LIVE_FAULT_KINDS, type LiveFault } from '../../simulator/faults/live-fault.ts';
import { LIVE_SURFACES } from '../../simulator/live/live-instrument.ts';
import type { LiveSimulator } from '../../simulator/live-simulator.ts';
import type { RestartableSimulator } from '../../simulator/restartable-simulator.ts';
import { SCENARIO_NAMES } from '../../simulator/scenarios.ts';
import { jsonAnswer, type VenueAnswer } from '../../simulator/venues/venue-http.ts';
import { readBody } from './control-requests.ts';

const FAULT = z.strictObject({
  kind: z.enum(LIVE_FAULT_KINDS),
  surface: z.enum(LIVE_SURFACES),
  symbol: z.string().optional(),
  durationMs: z.int().min(1).optional(),
  count: z.int().min(1).optional(),
  delayMs: z.int().min(0).optional(),
  skewMs: z.int().optional(),
});

const SCENARIO = z.strictObject({ name: z.enum(SCENARIO_NAMES) });

const CLOCK = z.strictObject({ advanceMs: z.int().min(0).max(86_400_000) });

const BOOK = z.object({
  surface: z.enum(LIVE_SURFACES),
  symbol: z.string(),
  sequence: z.coerce.number().int().optional(),
  depth: z.coerce.number().int().min(1).default(10),
});

/**
 * Answers `/__sim/…` of the live simulator: `POST fault` (one fault as JSON), `POST clock` (`{advanceMs}`, virtual clock only),
 * `POST scenario` (`{name}`: another weather from now on), `POST reset` (as it was started), `GET faults` (what happened), `GET log`,
 * `GET hash`, `GET ledger` (what every account has, and its orders), and `GET book?surface&symbol[&sequence][&depth]`, the venue's own
 * book.
 */
export async function liveControlAnswer(
  restartable: RestartableSimulator,
  advance: ((ms: number) => void) | undefined,
  request: IncomingMessage,
): Promise<VenueAnswer> {
  const body = await readBody(request);
  const simulator = restartable.current;
  const url = new URL(request.url ?? '/', 'http://simulator');
  switch (`${request.method ?? ''} ${url.pathname}`) {
    case 'POST /__sim/fault':
      return withBody(FAULT, body, (fault) => simulator.inject(withoutUndefined(fault)));
    case 'POST /__sim/clock':
      if (advance === undefined) return jsonAnswer(409, { error: 'the clock is the wall clock; start with a virtual one' });
      return withBody(CLOCK, body, ({ advanceMs }) => advance(advanceMs));
    case 'POST /__sim/scenario':
      return withBody(SCENARIO, body, ({ name }) => restartable.changeScenario(name));
    case 'POST /__sim/reset':
      restartable.reset(advance === undefined);
      return jsonAnswer(200, { ok: true });
    case 'GET /__sim/faults':
      return jsonAnswer(200, simulator.faultLog);
    case 'GET /__sim/log':
      return jsonAnswer(200, simulator.log.lines());
    case 'GET /__sim/hash':
      return jsonAnswer(200, { sha256: simulator.log.hash() });
    case 'GET /__sim/ledger':
      return jsonAnswer(200, simulator.orders.ledger());
    case 'GET /__sim/book':
      return trueBook(simulator, url.searchParams);
    default:
      return jsonAnswer(404, { error: 'unknown control request' });
  }
}

function withBody<T>(schema: z.ZodType<T>, body: string, act: (value: T) => void): VenueAnswer {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return jsonAnswer(400, { error: 'not JSON' });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) return jsonAnswer(400, { error: z.prettifyError(parsed.error) });
  act(parsed.data);
  return jsonAnswer(200, { ok: true });
}

function trueBook({ judge }: LiveSimulator, query: URLSearchParams): VenueAnswer {
  const parsed = BOOK.safeParse(Object.fromEntries(query));
  if (!parsed.success) return jsonAnswer(400, { error: z.prettifyError(parsed.error) });
  const { surface, symbol, sequence, depth } = parsed.data;
  const book = sequence === undefined ? judge.book(surface, symbol, depth) : judge.bookAt(surface, symbol, sequence, depth);
  return book === undefined ? jsonAnswer(404, { error: 'no such book, or too long ago' }) : jsonAnswer(200, book);
}

function withoutUndefined(fault: z.infer<typeof FAULT>): LiveFault {
  return Object.fromEntries(Object.entries(fault).filter(([, value]) => value !== undefined)) as unknown as LiveFault;
}
