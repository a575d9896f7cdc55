import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Exchange } from '../../simulator/exchange.ts';
import { FAULT_KINDS, type Fault } from '../../simulator/faults/fault.ts';
import { jsonAnswer, type VenueAnswer } from '../../simulator/venues/venue-http.ts';

const FAULT = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  target: z.string().optional(),
  at: z.int().min(1).optional(),
  count: z.int().min(1).optional(),
  rate: z.number().min(0).max(1).optional(),
  retryAfterSec: z.int().min(0).optional(),
  status: z.int().min(500).max(599).optional(),
  delayMs: z.int().min(0).optional(),
  cutConnection: z.boolean().optional(),
});

const MAX_BODY_BYTES = 65_536;

/** Answers `POST /__sim/fault` (one fault as JSON), `POST /__sim/reset` (no faults), `GET /__sim/log` and `GET /__sim/hash`. */
export async function controlAnswer(exchange: Exchange, request: IncomingMessage): Promise<VenueAnswer> {
  const body = await readBody(request);
  switch (`${request.method ?? ''} ${request.url ?? ''}`) {
    case 'POST /__sim/fault':
      return injectFault(exchange, body);
    case 'POST /__sim/reset':
      exchange.faults.clear();
      return jsonAnswer(200, { ok: true });
    case 'GET /__sim/log':
      return jsonAnswer(200, exchange.log.lines());
    case 'GET /__sim/hash':
      return jsonAnswer(200, { sha256: exchange.log.hash() });
    default:
      return jsonAnswer(404, { error: 'unknown control request' });
  }
}

function injectFault(exchange: Exchange, body: string): VenueAnswer {
  const fault = parseFault(body);
  if (typeof fault === 'string') return jsonAnswer(400, { error: fault });
  exchange.faults.inject(fault);
  return jsonAnswer(200, { ok: true });
}

/** The fault, or what is wrong with its text. */
function parseFault(body: string): Fault | string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'not JSON';
  }
  const parsed = FAULT.safeParse(value);
  if (!parsed.success) return z.prettifyError(parsed.error);
  return Object.fromEntries(Object.entries(parsed.data).filter(([, v]) => v !== undefined)) as unknown as Fault;
}

/** The request’s body as text; empty when it is too long. */
export async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BODY_BYTES) return '';
  }
  return text;
}
