import type { InstrumentSpec } from '#shared/contracts/instrument-spec.ts';
import { parseInstrumentId } from '#shared/market/instrument-id.ts';
import { DOLLARS, type QuantUniverse, STABLECOINS } from '#shared/quant/universe.ts';

/**
 * What the engine looks at, from what is followed: everything quoted in dollars or what counts as such speaks for `BASE-USD`, the
 * dollar pairs of stablecoins convert. Other quotes are followed and not judged.
 */
export function quantUniverse(instruments: readonly InstrumentSpec[]): QuantUniverse {
  const parts = instruments.flatMap((spec) => {
    const id = parseInstrumentId(spec.id);
    return id !== undefined && DOLLARS.includes(id.quote) ? [{ spec, ...id }] : [];
  });
  const isConverter = ({ base, quote, kind }: (typeof parts)[number]): boolean =>
    STABLECOINS.includes(base) && quote === 'USD' && kind === 'spot';
  const bySymbol = Map.groupBy(
    parts.filter((part) => !isConverter(part)),
    ({ base }) => `${base}-USD`,
  );
  return {
    symbols: [...bySymbol].map(([symbol, members]) => ({ symbol, instruments: members.map(({ spec }) => spec) })),
    stablecoins: parts.filter(isConverter).map(({ spec }) => spec),
  };
}
