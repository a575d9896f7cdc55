import type { ColdDeps, ColdLayout } from './append-rows.ts';
import { type CompactInput, type CompactSummary, compact } from './compact.ts';
import { RAW_FRAMES } from './raw-frames.ts';
import { type SealFramesSummary, sealRawFrames } from './seal-raw-frames.ts';
import { ALL_TABLES, tableByName } from './tables.ts';

export interface CompactTierInput extends Omit<CompactInput, 'tables'> {
  /** Only this table, or only `raw_frames`; default everything. */
  readonly table?: string;
}

export interface CompactTierSummary {
  readonly tables: CompactSummary;
  readonly frames: SealFramesSummary;
}

/** Everything that a worker stages, by name. */
export const STAGED_NAMES: readonly string[] = [...ALL_TABLES.map(({ table }) => table), RAW_FRAMES];

const NO_TABLES: CompactSummary = { partitions: [], failed: [], left: 0 };
const NO_FRAMES: SealFramesSummary = { sealed: [], failed: [], deleted: 0, left: 0 };

/** Seals staged rows and staged frames; USAGE for a table that there is not. */
export async function compactColdTier(
  deps: ColdDeps,
  layout: ColdLayout,
  { table, ...input }: CompactTierInput,
): Promise<CompactTierSummary> {
  if (table === RAW_FRAMES) return { tables: NO_TABLES, frames: await sealRawFrames(deps.objects, input) };
  if (table !== undefined) {
    return { tables: await compact(deps, layout, { ...input, tables: [tableByName(table, [RAW_FRAMES])] }), frames: NO_FRAMES };
  }
  return { tables: await compact(deps, layout, input), frames: await sealRawFrames(deps.objects, input) };
}
