import type { InstrumentList, ListedInstrument } from '../../ports/instrument-source.ts';
import type { VenueInstrument } from './venue-client.ts';

export interface NamedInstruments extends InstrumentList {
  /** Venue's own symbol of each pool symbol. */
  readonly venueSymbols: ReadonlyMap<string, string>;
}

const ASSET = /^[A-Z0-9]{1,20}$/;

/**
 * A venue's list in the pool's terms, ascending by symbol. Aliases turn the venue's asset names into common ones; a row that is
 * unusable, has an odd asset name, or would take a symbol twice is skipped with its reason.
 */
export function toInstrumentList(rows: readonly VenueInstrument[], aliases: Readonly<Record<string, string>>): NamedInstruments {
  const common = (asset: string): string => (Object.hasOwn(aliases, asset) ? aliases[asset]! : asset);
  const instruments = new Map<string, ListedInstrument>();
  const venueSymbols = new Map<string, string>();
  const skipped: { venueSymbol: string; reason: string }[] = [];
  for (const row of rows) {
    const [baseAsset, quoteAsset] = [common(row.base), common(row.quote)];
    const symbol = `${baseAsset}${quoteAsset}`;
    const reason =
      row.unusable ?? nameFault(row, baseAsset, quoteAsset) ?? (instruments.has(symbol) ? `${symbol} twice` : undefined);
    if (reason !== undefined) {
      skipped.push({ venueSymbol: row.venueSymbol, reason });
      continue;
    }
    const { isSpotTradingAllowed } = row;
    const status = row.status === '' ? 'UNKNOWN' : row.status;
    instruments.set(symbol, { symbol, status, baseAsset, quoteAsset, isSpotTradingAllowed });
    venueSymbols.set(symbol, row.venueSymbol);
  }
  const sorted = [...instruments.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  return { instruments: sorted, skipped, venueSymbols };
}

function nameFault(row: VenueInstrument, baseAsset: string, quoteAsset: string): string | undefined {
  if (row.venueSymbol === '') return 'no venue symbol';
  return ASSET.test(baseAsset) && ASSET.test(quoteAsset) ? undefined : 'symbol_charset';
}
