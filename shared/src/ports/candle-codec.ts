import type { CandleSeries } from '../market/candle-series.ts';

/** What a file of candles says about itself, besides the candles. */
export interface CandleFileFacts {
  readonly sourceId: string;
  /** When the candles were known, ms since the epoch. */
  readonly availableAtMs: number;
}

/**
 * Daily candles as the bytes of one file. Laws: what is decoded is what was encoded, to the last bit, ascending by symbol · the same
 * candles give the same bytes on every machine · damaged bytes are COLD_OBJECT_CORRUPT with the file's name.
 */
export interface CandleCodec {
  /** Ends of file names in this form, for example `.parquet`. */
  readonly extension: string;
  encode(candles: readonly CandleSeries[], facts: CandleFileFacts): Uint8Array;
  decode(bytes: Uint8Array, name: string, sourceId: string): Promise<readonly CandleSeries[]>;
}
