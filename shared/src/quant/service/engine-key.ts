import { canonicalJson } from '../../core/canonical-json.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { ENGINE_VERSION, type QuantEngine } from '../engine.ts';
import { orderedUniverse, type QuantInstrumentSpec, type QuantUniverse } from '../universe.ts';

/**
 * SHA-256 of what decides where the numbers of an engine's memory lie and what they mean: program, parameters, universe, layout. A
 * stored state goes only into an engine of the same key.
 */
export function engineKey(universe: QuantUniverse, { paramsHash, stateShape }: QuantEngine): string {
  const { symbols, stablecoins } = orderedUniverse(universe);
  const parts = {
    engine: ENGINE_VERSION,
    params: paramsHash,
    shape: stateShape,
    symbols: symbols.map(({ symbol, instruments }) => ({ symbol, instruments: instruments.map(termsOf) })),
    stablecoins: stablecoins.map(termsOf),
  };
  return sha256Hex(canonicalJson(parts));
}

/** What of an instrument its numbers depend on. */
function termsOf({ id, kind, settle, contract_size, expiry }: QuantInstrumentSpec): QuantInstrumentSpec {
  return { id, kind, settle, contract_size, expiry };
}
