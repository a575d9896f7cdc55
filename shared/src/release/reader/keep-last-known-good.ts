import { decodeContract } from '../../contracts/decode.ts';
import { lastKnownGoodSchema } from '../../contracts/last-known-good.ts';
import { formatInstantZ } from '../../core/instant.ts';
import { type JsonValue, jsonTreeOfPlain } from '../../core/json-tree.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import type { LastKnownGood } from '../../ports/last-known-good.ts';
import { prettyJsonBytes } from '../json-text.ts';
import { type Trust, type VerifiedSummary, verifySummary } from './verify-summary.ts';

/** Step 4 of the reference reader: keeps a pointer, but only after it was verified. */
export async function keepLastKnownGood(store: LastKnownGood, { summary }: VerifiedSummary, nowMs: number): Promise<void> {
  const file = { verified_at: formatInstantZ(nowMs), summary: summary as JsonValue };
  await store.save(prettyJsonBytes(jsonTreeOfPlain(file)));
}

/** The pointer that was kept, with its signatures checked once more; null when nothing was kept. */
export async function loadLastKnownGood(
  store: LastKnownGood,
  trust: Trust,
): Promise<Result<VerifiedSummary, readonly Refusal[]> | null> {
  const bytes = await store.load();
  if (bytes === null) return null;
  const file = decodeContract(lastKnownGoodSchema, bytes, 'last known good');
  if (!file.ok) return err([file.error]);
  const verified = verifySummary(file.value.summary, trust);
  return verified.ok ? ok(verified.value) : verified;
}
