import { z } from 'zod';

/** `BASE-QUOTE.kind@venue`, kind `spot`, `perp` or `fut-YYYYMMDD` (market data spec §2): `BTC-USDT.perp@gate`. */
export const INSTRUMENT_ID = /^([A-Z0-9]{1,20})-([A-Z]{3,5})\.(spot|perp|fut-(\d{8}))@([a-z]+)$/;

export const instrumentIdText = z.string().regex(INSTRUMENT_ID, 'must be BASE-QUOTE.kind@venue');

/** `BASE-QUOTE`, what an instrument is a form of: `BTC-USD`. */
export const canonicalSymbolText = z.string().regex(/^[A-Z0-9]{1,20}-[A-Z]{3,5}$/, 'must be BASE-QUOTE');

const epochMs = z.number().int().nonnegative();

/** What a venue says about one instrument (market data spec §2). Prices and sizes in the units that its name says. */
export const instrumentSpecSchema = z.strictObject({
  id: instrumentIdText,
  venue_symbol: z.string().min(1),
  kind: z.enum(['spot', 'perp', 'future']),
  /** `inverse`: a contract is worth `contract_size` of the quote currency, else `contract_size` of the base (spot: 1). */
  settle: z.enum(['linear', 'inverse']),
  tick: z.number().positive(),
  lot: z.number().positive(),
  price_decimals: z.number().int().nonnegative(),
  qty_decimals: z.number().int().nonnegative(),
  contract_size: z.number().positive(),
  min_qty: z.number().nonnegative().nullable(),
  min_notional: z.number().nonnegative().nullable(),
  funding_interval_ms: z.number().int().positive().nullable(),
  status: z.enum(['trading', 'halted', 'delisted']),
  listed_at: epochMs.nullable(),
  /** Settlement of a dated future, else null. */
  expiry: epochMs.nullable(),
});

export type InstrumentSpec = z.infer<typeof instrumentSpecSchema>;
