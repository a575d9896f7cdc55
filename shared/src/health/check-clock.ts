import type { Clock } from '../ports/clock.ts';
import type { ServerTime } from '../ports/server-time.ts';
import type { Check } from './check.ts';

/** Tokens and approvals are refused beyond 60 s (operations spec §5); half of that is time to act. */
const FAILED_MS = 30_000;

/** Market data from the future is refused beyond 2 s (operations spec §18 M5). */
const WARNING_MS = 2_000;

/** How far this machine's clock is from a service's: at least so far, because the way there and back takes time. */
export async function checkClock(clock: Pick<Clock, 'nowMs'>, time: ServerTime): Promise<Check> {
  const beforeMs = clock.nowMs();
  const { serverMs, resolutionMs } = await time.read();
  const afterMs = clock.nowMs();
  const apartMs = distance({ from: serverMs, to: serverMs + resolutionMs }, { from: beforeMs, to: afterMs });
  const found = `${apartMs} ms from ${time.server}`;
  if (apartMs <= WARNING_MS) return { name: 'clock', state: 'ok', found: apartMs === 0 ? `agrees with ${time.server}` : found };
  const remedy = 'set the clock by NTP; tokens and approvals fail when it is a minute off';
  return { name: 'clock', state: apartMs > FAILED_MS ? 'failed' : 'warning', found, remedy };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Gap between two spans of time, 0 where they overlap. */
function distance(a: Span, b: Span): number {
  return Math.max(0, a.from - b.to, b.from - a.to);
}
