import type { FileBytes } from '../../contracts/artifact-files.ts';
import type { ValidationFinding, ValidationResult } from '../../contracts/validation-result.ts';
import { integerOf, member, textOf, textsOf } from './json-fields.ts';
import { type ReleaseWorld, readWorld } from './release-world.ts';
import type { RuleLevel, ValidationRule, Violation } from './rule.ts';
import { VALIDATION_RULES } from './rule-table.ts';
import { poolAge } from './rules/freshness.ts';
import type { ValidationOptions } from './validation-options.ts';

/**
 * Judges the files of a release by release spec §4: every violation of every rule, none thrown, nothing repaired. Only missing
 * required files (V01) end it early. Works on bytes in memory, before staging and again on what was read back.
 */
export function validateRelease(files: FileBytes, options: ValidationOptions): ValidationResult {
  const world = readWorld(files, options);
  const [presence, ...others] = VALIDATION_RULES;
  const missing = presence === undefined ? [] : findingsOf(presence, world);
  const findings = missing.length > 0 ? missing : others.flatMap((rule) => findingsOf(rule, world));
  return describe(world, findings);
}

/** True when a finding stops a scheduled publish until a second person approved it (W!, rule V32). */
export function needsApproval(result: ValidationResult): boolean {
  const rules = VALIDATION_RULES.filter((rule) => rule.level === 'approval').map((rule) => rule.id);
  return result.warnings.some((warning) => rules.includes(warning.rule));
}

interface Finding extends ValidationFinding {
  readonly level: RuleLevel;
}

function findingsOf(rule: ValidationRule, world: ReleaseWorld): readonly Finding[] {
  return violationsOf(rule, world).map(({ file, path, message, level }) => ({
    rule: rule.id,
    file,
    path,
    message,
    level: level ?? rule.level,
  }));
}

function violationsOf(rule: ValidationRule, world: ReleaseWorld): readonly Violation[] {
  if (rule.profile === 'reference') return rule.check(world);
  return world.options.profile === 'strict' ? rule.check(world, world.options) : [];
}

function describe(world: ReleaseWorld, findings: readonly Finding[]): ValidationResult {
  const root = world.pool?.root;
  const errors = findings.filter((finding) => finding.level === 'error').map(published);
  return {
    ok: errors.length === 0,
    errors,
    warnings: findings.filter((finding) => finding.level !== 'error').map(published),
    as_of_date: textOf(member(root, 'as_of_date')) ?? null,
    version: textOf(member(root, 'version')) ?? null,
    mode: textOf(member(root, 'mode')) ?? null,
    pool_size: integerOf(member(root, 'pool_size')) ?? null,
    symbols: [...(textsOf(member(root, 'symbols')) ?? [])],
    source_project: textOf(member(root, 'source_project')) ?? null,
    age_days: poolAge(world.pool, world.options.referenceDate),
    manifest_present: world.options.planManifest !== undefined,
    artifact_manifest_present: world.files.has('artifact_manifest.json'),
    artifact_contract_version: textOf(member(world.manifest?.root, 'contract_version')) ?? null,
  };
}

function published({ rule, file, path, message }: Finding): ValidationFinding {
  return { rule, file, path, message };
}
