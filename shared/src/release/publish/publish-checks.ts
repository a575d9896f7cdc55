import { type FileBytes, MANIFEST_FILE } from '../../contracts/artifact-files.ts';
import { decodeContract } from '../../contracts/decode.ts';
import { latestUniverseSchema } from '../../contracts/latest-universe.ts';
import type { ValidationFinding } from '../../contracts/validation-result.ts';
import { LivepoolError } from '../../core/errors.ts';
import { formatInstantZ, parseInstant } from '../../core/instant.ts';
import type { Refusal } from '../../core/result.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { decodeManifest } from '../decode-release.ts';
import { requireFile } from '../digests.ts';
import type { ReleaseDeps } from '../release-deps.ts';
import { loadSealed, type SealedRelease } from '../sealed-release.ts';
import { needsApproval, validateRelease } from '../validate/validate-release.ts';
import type { ValidationOptions } from '../validate/validation-options.ts';
import type { PublishInput } from './publish.ts';

/** Version that a build names in its manifest; VALIDATION_FAILED, with every violation, when the manifest cannot be read. */
export function buildVersion(deps: ReleaseDeps, input: PublishInput): string {
  const manifest = decodeManifest(requireFile(input.files, MANIFEST_FILE));
  if (manifest.ok) return manifest.value.version;
  requireValid(deps, input, input.files);
  throw new LivepoolError('VALIDATION_FAILED', 'terminal', manifest.error.message, manifest.error.details);
}

/** Throws VALIDATION_FAILED, with every violation, unless these bytes may be published today. */
export function requireValid(deps: ReleaseDeps, input: PublishInput, files: FileBytes): void {
  const result = validateRelease(files, publishOptions(deps, input, files));
  if (result.ok) {
    requirePublishable(input);
    return;
  }
  const lines = result.errors.map(lineOf);
  throw new LivepoolError('VALIDATION_FAILED', 'terminal', `the build is not valid: ${lines.join('; ')}`, {
    errors: result.errors,
  });
}

/** Profile `reference` has no rule for it, and parity output must never become a release (S27). */
function requirePublishable({ validation, pins }: PublishInput): void {
  if (validation.params?.publishable !== false) return;
  const message = `parameter set ${pins.params_id} is not publishable; build with one that is, such as core_major`;
  throw new LivepoolError('VALIDATION_FAILED', 'terminal', message, { params_id: pins.params_id });
}

/**
 * APPROVAL_REQUIRED when the target replaces so much of the committed release that a second person must agree (rule V32). With an
 * approval nothing is asked: that is also the way on when the committed release itself is damaged.
 */
export async function refuseTurnover(
  deps: ReleaseDeps,
  input: PublishInput,
  target: SealedRelease,
  committedVersion: string | null,
): Promise<Refusal | null> {
  const options = publishOptions(deps, input, target.files);
  if (committedVersion === null || input.approval !== undefined || options.profile !== 'strict') return null;
  const committed = await loadSealed(deps, committedVersion);
  const universe = decodeContract(
    latestUniverseSchema,
    requireFile(committed.files, 'latest_universe.json'),
    'latest_universe.json',
  );
  const facts = { symbols: committed.statement.symbols, universe: universe.ok ? universe.value.symbols : [] };
  const result = validateRelease(target.files, { ...options, committed: facts });
  if (!needsApproval(result)) return null;
  const message = `${target.version} needs a second person's approval: ${result.warnings.filter(isTurnover).map(lineOf).join('; ')}`;
  return { code: 'APPROVAL_REQUIRED', message, details: { warnings: result.warnings } };
}

/** An adopted manifest carries the logical time of the run that wrote it, so that mine is not asked for. */
function publishOptions(deps: ReleaseDeps, { validation, files, pins }: PublishInput, judged: FileBytes): ValidationOptions {
  const nowMs = deps.clock.nowMs();
  const options: ValidationOptions = {
    ...validation,
    referenceDate: formatInstantZ(nowMs).slice(0, 10),
    freshnessRequired: true,
    requireArtifactManifest: true,
    requireIdentity: true,
  };
  if (options.profile !== 'strict') return options;
  const isOwn = sha256Hex(requireFile(judged, MANIFEST_FILE)) === sha256Hex(requireFile(files, MANIFEST_FILE));
  const logicalTimeMs = parseInstant(pins.logical_time);
  return { ...options, time: isOwn && logicalTimeMs !== undefined ? { nowMs, logicalTimeMs } : { nowMs } };
}

function isTurnover(finding: ValidationFinding): boolean {
  return finding.rule === 'V32';
}

function lineOf({ rule, file, path, message }: ValidationFinding): string {
  return `${rule} ${file}${path === '' ? '' : ` ${path}`}: ${message}`;
}
