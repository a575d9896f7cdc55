import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readCandleFolder } from '#shared/adapters/csv/candle-folder.ts';
import { readInstrumentsFile } from '#shared/adapters/csv/instruments-file.ts';
import { loadPoolParams } from '#shared/adapters/fs/pool-params-file.ts';
import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { parseDay } from '#shared/core/calendar-day.ts';
import { buildPanel } from '#shared/pool/build-panel.ts';
import type { Panel } from '#shared/pool/panel.ts';

const FOLDER = '../../../shared/golden/pool-synthetic-62x5y/';

/** Path below the golden set beside the project; undefined when the set is not there. */
export function goldenPath(relative: string): string | undefined {
  const path = fileURLToPath(new URL(FOLDER + relative, import.meta.url));
  return existsSync(path) ? path : undefined;
}

/** The golden panel with the parity set, or undefined without the golden set. */
export async function goldenPanel(asOf: string): Promise<{ panel: Panel; params: PoolParams } | undefined> {
  const folder = goldenPath('input/raw');
  const instrumentsFile = goldenPath('input/symbol_metadata.csv');
  if (folder === undefined || instrumentsFile === undefined) return undefined;
  const loaded = loadPoolParams('reference');
  if (!loaded.ok) throw new Error(loaded.error.map(({ message }) => message).join('; '));
  const { params } = loaded.value;
  const { series } = await readCandleFolder(folder, { invalidRows: 'keep' });
  const { instruments } = await readInstrumentsFile(instrumentsFile);
  const day = parseDay(asOf)!;
  const built = buildPanel({
    candles: series,
    metadata: [{ knownFrom: day, instruments }],
    params,
    asOf: day,
    source: 'recorded',
  });
  if (!built.ok) throw new Error(built.error.map(({ message }) => message).join('; '));
  return { panel: built.value, params };
}
