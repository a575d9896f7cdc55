import { INSTRUMENT_ID } from '../contracts/instrument-spec.ts';

export interface InstrumentParts {
  readonly base: string;
  readonly quote: string;
  readonly kind: 'spot' | 'perp' | 'future';
  readonly venue: string;
}

/** What a canonical instrument id says (market data spec §2), or undefined when it is none. */
export function parseInstrumentId(id: string): InstrumentParts | undefined {
  const match = INSTRUMENT_ID.exec(id);
  if (match === null) return undefined;
  const [, base = '', quote = '', kind = '', , venue = ''] = match;
  return { base, quote, kind: kind === 'spot' || kind === 'perp' ? kind : 'future', venue };
}
