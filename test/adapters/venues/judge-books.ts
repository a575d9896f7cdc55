import type { ReadableBook, ReadableSide } from '#shared/market/book/order-book.ts';
import { parseInstrumentId } from '#shared/market/instrument-id.ts';
import type { ClaimedBook } from '#shared/simulator/live/judge.ts';
import type { LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import type { SimulatorWorld } from './simulator-world.ts';

/** Levels a side that are compared: what Kraken's checksum proves. */
const DEPTH = 10;

/**
 * Books that are live here and were never so at the venue within the last `windowMs` of market time. What a client claims may be
 * as old as its frames were late, but it must have been true.
 */
export function wrongBooks(world: SimulatorWorld, windowMs: number): readonly string[] {
  const { judge } = world.simulator;
  // What was true before the market began to change is not known.
  if (world.simulator.nowMs() - world.startMs < windowMs) return [];
  const toUs = world.simulator.nowMs() * 1_000;
  const window = { fromUs: toUs - windowMs * 1_000, toUs };
  return world.feeds.streams.flatMap((stream) =>
    stream.books().flatMap(({ instrument, venueSymbol, book }) => {
      if (book === null) return [];
      const matched = judge.matches(surfaceOf(instrument), venueSymbol, claim(book), DEPTH, window);
      return matched === null ? [`${instrument} at ${world.simulator.nowMs()}`] : [];
    }),
  );
}

function surfaceOf(instrument: string): LiveSurface {
  const parts = parseInstrumentId(instrument)!;
  if (parts.venue === 'kraken') return 'kraken_spot';
  if (parts.venue === 'krakenfutures') return 'kraken_futures';
  return parts.kind === 'spot' ? 'gate_spot' : 'gate_futures';
}

function claim({ digits, bids, asks }: ReadableBook): ClaimedBook {
  return { priceDigits: digits.priceDecimals, sizeDigits: digits.sizeDecimals, bids: best(bids), asks: best(asks) };
}

function best(side: ReadableSide): ClaimedBook['bids'] {
  const levels: { price: number; size: number }[] = [];
  for (let at = side.firstPlace(); at >= 0 && levels.length < DEPTH; at = side.nextPlace(at)) {
    levels.push({ price: side.priceAt(at), size: side.sizeAt(at) });
  }
  return levels;
}
