import type { InstrumentSpec } from '../contracts/instrument-spec.ts';
import { LivepoolError } from '../core/errors.ts';
import { parseInstrumentId } from '../market/instrument-id.ts';

/** What the engine needs of an instrument: who it is and what its numbers are worth. */
export type QuantInstrumentSpec = Pick<InstrumentSpec, 'id' | 'kind' | 'settle' | 'contract_size' | 'expiry'>;

/** A canonical symbol and the instruments that speak for it, spot and derivatives of any venue and quote. */
export interface QuantSymbolSpec {
  /** `BTC-USD`. */
  readonly symbol: string;
  readonly instruments: readonly QuantInstrumentSpec[];
}

export interface QuantUniverse {
  readonly symbols: readonly QuantSymbolSpec[];
  /** USD spot pairs of the stablecoins among the quotes: `USDT-USD.spot@kraken`. Their mids convert a basis. */
  readonly stablecoins: readonly QuantInstrumentSpec[];
}

/** Currencies that count as US dollars once a value is marked converted (market data spec §1.4). */
export const STABLECOINS: readonly string[] = ['USDT', 'USDC'];

/** US dollars and what counts as such. */
export const DOLLARS: readonly string[] = ['USD', ...STABLECOINS];

/** Most instruments of one symbol: members of an aggregate are bits of a word. */
const MOST_INSTRUMENTS = 32;

/** The universe with symbols and instruments in sorted order, so that no caller's order decides a bit. Refuses what has no meaning. */
export function orderedUniverse(universe: QuantUniverse): QuantUniverse {
  const symbols = universe.symbols.map(({ symbol, instruments }) => ({ symbol, instruments: sorted(instruments, (i) => i.id) }));
  const ordered = { symbols: sorted(symbols, (s) => s.symbol), stablecoins: sorted(universe.stablecoins, (i) => i.id) };
  const ids = [...ordered.symbols.flatMap((s) => s.instruments), ...ordered.stablecoins].map((i) => i.id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw invalid(`instrument ${twice} is named twice`);
  const foreign = ids.find((id) => parseInstrumentId(id) === undefined);
  if (foreign !== undefined) throw invalid(`${foreign} is no BASE-QUOTE.kind@venue`);
  const crowded = ordered.symbols.find((s) => s.instruments.length > MOST_INSTRUMENTS);
  if (crowded !== undefined) throw invalid(`${crowded.symbol} has more than ${MOST_INSTRUMENTS} instruments`);
  return ordered;
}

function sorted<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function invalid(what: string): LivepoolError {
  return new LivepoolError('QUANT_UNIVERSE_INVALID', 'terminal', `the quant universe: ${what}; correct it`);
}
