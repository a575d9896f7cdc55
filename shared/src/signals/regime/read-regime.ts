import type { RegimeParams } from '../../contracts/regime-params.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import { BOUNDARY_MS, boundaryAt } from './boundary.ts';
import { type RegimeInForce, regimeInForce } from './regime-in-force.ts';
import { readLatestSnapshot, readSnapshot } from './regime-store.ts';

/**
 * The regime in force at an instant of the present or the past, as it was known then. A snapshot that is older than the last two
 * boundaries counts as mixed whatever it says, so no more of them are read than those and the newest.
 */
export async function readRegime(
  documents: Pick<DocumentStore, 'get'>,
  asOfMs: number,
  params: Pick<RegimeParams, 'stale_after_valid_min'>,
): Promise<RegimeInForce> {
  const boundary = boundaryAt(asOfMs);
  const found = await Promise.all([
    readSnapshot(documents, boundary),
    readSnapshot(documents, boundary - BOUNDARY_MS),
    readLatestSnapshot(documents),
  ]);
  return regimeInForce(
    found.filter((snapshot) => snapshot !== null),
    asOfMs,
    params,
  );
}
