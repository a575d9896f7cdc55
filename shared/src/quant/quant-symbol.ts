import type { InstrumentSeat, SeatTaker } from './instrument-seat.ts';
import type { QuantSymbolSpec } from './universe.ts';

/** One symbol and its instruments. */
export interface QuantSymbol {
  readonly symbol: string;
  readonly seats: readonly InstrumentSeat[];
  /** Places of the instruments that may be primary for microstructure, best first. */
  readonly primaryOrder: readonly number[];
}

export function quantSymbol(spec: QuantSymbolSpec, taker: SeatTaker, primaryVenues: readonly string[]): QuantSymbol {
  const seats = spec.instruments.map((instrument) => taker.take(instrument));
  return { symbol: spec.symbol, seats, primaryOrder: primaryOrder(seats, primaryVenues) };
}

/** Spot before derivatives, USD before stablecoins, then the venues' order; a venue that is not in it is never primary. */
function primaryOrder(seats: readonly InstrumentSeat[], venues: readonly string[]): readonly number[] {
  const rank = (seat: InstrumentSeat): number => {
    const kind = (seat.isSpot ? 0 : 2) + (seat.dollars === 'usd' ? 0 : 1);
    return kind * venues.length + venues.indexOf(seat.venue);
  };
  return seats
    .map((seat, place) => ({ seat, place }))
    .filter(({ seat }) => venues.includes(seat.venue) && seat.dollars !== 'none')
    .sort((a, b) => rank(a.seat) - rank(b.seat) || a.place - b.place)
    .map(({ place }) => place);
}

/** Spot of the same venue and base, same quote first, for the basis of a derivative; null when there is none. */
export function spotOf(seat: InstrumentSeat, seats: readonly InstrumentSeat[]): InstrumentSeat | null {
  const spots = seats.filter(({ isSpot, venue }) => isSpot && venue === seat.venue);
  return spots.find(({ quote }) => quote === seat.quote) ?? spots[0] ?? null;
}
