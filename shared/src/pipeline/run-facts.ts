import type { LoadedPoolParams } from '../contracts/parse-pool-params.ts';
import type { RunManifest } from '../contracts/run-manifest.ts';
import { formatDay } from '../core/calendar-day.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { VolumeScale } from '../market/calibration/volume-scale.ts';
import { nullIfMissing } from '../pool/explain/null-if-missing.ts';
import type { TrainingMatrix } from '../pool/panel.ts';
import type { DecidedPool } from './decide-pool.ts';

/** What the running code is: its revision and the digest of the lock file it was installed from. */
export interface CodeIdentity {
  /** 40 hex digits; forty zeros = unknown. */
  readonly sourceRevision: string;
  readonly lockFileSha256: string;
  /** Runtime and libraries that decide numbers, by name. */
  readonly libraryVersions: Readonly<Record<string, string>>;
}

/** Revision of a build that nobody can trace back to a commit; never published from a real venue. */
export const UNKNOWN_REVISION = '0'.repeat(40);

/** Libraries through which candles or numbers pass on their way into a release. */
export const NUMBER_LIBRARIES: readonly string[] = ['ccxt', 'hyparquet', 'hyparquet-writer', 'zod'];

/** How the scores of a decision came about, as `run_manifest.json` keeps it (release spec §2). */
export function runManifestOf(
  { panel, scored }: DecidedPool,
  { params }: LoadedPoolParams,
  { code, scaleOrigin }: { readonly code: CodeIdentity; readonly scaleOrigin: VolumeScale['origin'] },
): RunManifest {
  const { training } = panel;
  const fitted = scored.models;
  return {
    backend: fitted?.ml.backend ?? 'none',
    library_versions: { ...code.libraryVersions },
    lock_file_sha256: code.lockFileSha256,
    feature_schema: [...training.columns],
    label_schema: { target: params.labels.target, horizons: params.labels.horizons.map(({ days }) => days) },
    training_window: {
      start: formatDay(training.firstDay),
      end: formatDay(training.lastDay),
      rows: training.rowCount,
      row_digest: fitted === undefined ? null : trainingDigest(training),
    },
    volume_scale: { factor: panel.volumeScale, origin: scaleOrigin },
    params: {
      hist_gbt: params.hist_gbt,
      labels: params.labels,
      model: params.model,
      regime: params.regime,
      ridge: params.ridge,
      rules: params.rules,
    },
    source_revision: code.sourceRevision,
    seed: params.seed,
    prediction_digest: fitted === undefined ? null : predictionDigest(scored),
  };
}

/** SHA-256 over the rows as the models saw them: day, symbol index, target and features in column order, little endian. */
function trainingDigest({ day, symbol, target, values, rowCount }: TrainingMatrix): string {
  const parts = [day.subarray(0, rowCount), symbol.subarray(0, rowCount), target.subarray(0, rowCount), values];
  return sha256Hex(parts.map((part) => sha256Hex(bytesOf(part))).join(''));
}

function bytesOf(values: Int32Array | Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function predictionDigest({ members }: DecidedPool['scored']): string {
  const rows = members.map(({ symbol, raw }) => [
    symbol,
    nullIfMissing(raw.rule),
    nullIfMissing(raw.linear),
    nullIfMissing(raw.ml),
  ]);
  return sha256Hex(canonicalJson(rows));
}
