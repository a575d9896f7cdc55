import { parseInstrumentId } from '../market/instrument-id.ts';
import { type QuantInstrumentSpec, STABLECOINS } from './universe.ts';

/** How a venue's amounts become US dollars: as they are, one to one and marked converted, or not at all. */
export type DollarWorth = 'usd' | 'stable' | 'none';

/** One instrument, and where the engine's memory keeps it. */
export interface InstrumentSeat {
  readonly id: string;
  readonly venue: string;
  readonly quote: string;
  readonly isSpot: boolean;
  readonly dollars: DollarWorth;
  readonly spec: QuantInstrumentSpec;
  /** Row among all instruments. */
  readonly row: number;
  /** Row among the derivatives, −1 for a spot market. */
  readonly derivative: number;
}

/** Gives out rows in the order in which instruments take their seats. */
export class SeatTaker {
  rows = 0;
  derivatives = 0;

  take(spec: QuantInstrumentSpec): InstrumentSeat {
    const { quote, kind, venue } = parseInstrumentId(spec.id)!;
    const isSpot = kind === 'spot';
    const dollars = quote === 'USD' ? 'usd' : STABLECOINS.includes(quote) ? 'stable' : 'none';
    return { id: spec.id, venue, quote, isSpot, dollars, spec, row: this.rows++, derivative: isSpot ? -1 : this.derivatives++ };
  }
}
