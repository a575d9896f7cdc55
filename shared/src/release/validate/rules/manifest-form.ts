import { ARTIFACT_FILES, type ArtifactKey } from '../../../contracts/artifact-files.ts';
import { dayOfMs, parseDay } from '../../../core/calendar-day.ts';
import { formatInstant, parseInstant } from '../../../core/instant.ts';
import { keysOf, member, shown, textOf } from '../json-fields.ts';
import type { JsonDocument, ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';
import type { StrictOptions } from '../validation-options.ts';
import { ARTIFACT_KEYS } from './artifact-manifest.ts';

const SHA256 = /^[0-9a-f]{64}$/;
const CLOCK_SKEW_MS = 60_000;

/** V28: exactly four artifacts, bare paths, 64 lower-case hex digits. */
export function artifactEntriesAreBare({ manifest }: ReleaseWorld): readonly Violation[] {
  if (manifest === undefined) return [];
  const { file, root } = manifest;
  const artifacts = member(root, 'artifacts');
  const unknown = keysOf(artifacts).filter((key) => !(ARTIFACT_KEYS as readonly string[]).includes(key));
  const missing = ARTIFACT_KEYS.filter((key) => !keysOf(artifacts).includes(key));
  const known = ARTIFACT_KEYS.filter((key) => keysOf(artifacts).includes(key));
  return [
    ...unknown.map((key) => ({ file, path: `artifacts.${key}`, message: 'is none of the four artifacts' })),
    ...missing.map((key) => ({ file, path: `artifacts.${key}`, message: 'the artifact is missing' })),
    ...known.flatMap((key) => entryForm(manifest, key)),
  ];
}

/** V29: generated_at is the run's logical time in its one form, not in the future, and as_of is a day before it. */
export function generatedAtIsLogicalTime({ manifest }: ReleaseWorld, { time }: StrictOptions): readonly Violation[] {
  const stated = member(manifest?.root, 'generated_at');
  if (manifest === undefined || stated === undefined) return [];
  const text = textOf(stated) ?? '';
  const at = { file: manifest.file, path: 'generated_at' };
  const ms = parseInstant(text);
  if (ms === undefined || formatInstant(ms) !== text)
    return [{ ...at, message: `${shown(text)} is not YYYY-MM-DDTHH:MM:SS+00:00` }];
  const violations: Violation[] = [];
  const { logicalTimeMs, nowMs } = time ?? {};
  if (logicalTimeMs !== undefined && formatInstant(logicalTimeMs) !== text) {
    violations.push({ ...at, message: `${text} is not the run's logical time ${formatInstant(logicalTimeMs)}` });
  }
  if (nowMs !== undefined && ms > nowMs + CLOCK_SKEW_MS) {
    violations.push({ ...at, message: `${text} lies more than 60 s after ${formatInstant(nowMs)}` });
  }
  const asOf = parseDay(textOf(member(manifest.root, 'as_of_date')) ?? '');
  if (asOf !== undefined && asOf >= dayOfMs(ms))
    violations.push({ ...at, message: `${text} is not after the day of as_of_date` });
  return violations;
}

function entryForm({ file, root }: JsonDocument, key: ArtifactKey): readonly Violation[] {
  const entry = member(member(root, 'artifacts'), key);
  const path = textOf(member(entry, 'path'));
  const digest = textOf(member(entry, 'sha256'));
  const at = `artifacts.${key}`;
  return [
    ...(path === ARTIFACT_FILES[key]
      ? []
      : [{ file, path: `${at}.path`, message: `${shown(path)} is not the bare ${ARTIFACT_FILES[key]}` }]),
    ...(SHA256.test(digest ?? '')
      ? []
      : [{ file, path: `${at}.sha256`, message: `${shown(digest)} is not 64 lower-case hex digits` }]),
  ];
}
