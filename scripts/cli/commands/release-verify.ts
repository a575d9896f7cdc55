import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readReleaseFolder } from '#shared/adapters/fs/release-folder.ts';
import type { FileBytes } from '#shared/contracts/artifact-files.ts';
import type { ValidationFinding } from '#shared/contracts/validation-result.ts';
import { EXIT } from '#shared/core/error-catalogue.ts';
import { remedyOf } from '#shared/health/check-release.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { type VerifyReport, verifyRelease } from '#shared/release/verify-release.ts';
import { verifyVersion } from '#shared/release/verify-version.ts';
import { parseVersion } from '#shared/release/version.ts';
import type { CommandContext } from '../command.ts';
import { type Profile, paramsIdOf, validationFor } from '../judge-release.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import type { SiteOptions } from '../program/shared-options.ts';
import type { ReleaseSite } from '../release-site.ts';
import { verifyAddress } from '../stored-release.ts';
import { readingCloud, readingSite } from '../using-site.ts';

export interface VerifyOptions extends SiteOptions {
  readonly rules: Profile;
}

/** Checks a folder, an address in a bucket, a sealed version, or everything that is published, and lists every violation. */
export async function releaseVerify(
  _context: CommandContext,
  options: VerifyOptions,
  args: readonly string[],
): Promise<CommandResult> {
  const target = args[0];
  if (target?.startsWith('gs://')) return verifyStoredAt(options, target);
  return readingSite(options, async (site) => {
    if (target === undefined) return auditStore(site);
    const validation = validationFor(site.clock.nowMs(), options.rules);
    const folder = target.startsWith('file://') ? fileURLToPath(target) : target;
    if (!existsSync(folder) && parseVersion(target) !== undefined) {
      return verdict(target, options.rules, await verifyVersion(site.readDeps(), target, validation));
    }
    const { files } = readReleaseFolder(folder);
    const report = verifyRelease({ files, validation: validation(files) });
    return verdict(target, options.rules, report, hintFor(files, options.rules));
  });
}

function verifyStoredAt(options: VerifyOptions, address: string): Promise<CommandResult> {
  return readingCloud(options, async (site) => {
    const validation = validationFor(site.clock.nowMs(), options.rules);
    return verdict(address, options.rules, await verifyAddress(site, address, validation));
  });
}

async function auditStore(site: ReleaseSite): Promise<CommandResult> {
  const report = await auditRelease(site.readDeps(), { allReleases: true });
  if (report.committedVersion === null && report.ok) {
    return refuse([{ code: 'NO_RELEASE', message: `nothing is published in environment ${site.environment}` }]);
  }
  const facts = `${site.environment}: ${report.committedVersion ?? 'nothing'} (act ${report.publishSeq})`;
  if (report.ok) {
    const text = `ok ${facts}\n  pointer, registry, release bytes, mirror, log chain and signatures agree`;
    return succeed({ environment: site.environment, ...report }, text);
  }
  const lines = report.mismatches.map(({ code, message }) => `  ${code}: ${message}`);
  const remedies = new Set(report.mismatches.map((finding) => remedyOf(finding, report)));
  return {
    exit: EXIT.conflict,
    json: { environment: site.environment, ...report },
    text: [`not ok ${facts}`, ...lines, ...[...remedies].map((remedy) => `  → ${remedy}`)].join('\n'),
  };
}

/** Files that name no parameters were most likely made by the reference or with its parameters. */
function hintFor(files: FileBytes, profile: Profile): readonly string[] {
  if (profile === 'reference' || paramsIdOf(files) !== undefined) return [];
  return ['  these files name no parameter set; output of the reference is judged with --rules reference'];
}

/** A seal or signature that does not hold asks for a person; broken rules alone refuse the files. */
function verdict(target: string, profile: Profile, report: VerifyReport, hint: readonly string[] = []): CommandResult {
  const { ok, validation, findings, ...digests } = report;
  const { errors, warnings, symbols, version } = validation;
  const facts = `${target}: ${version ?? 'no version'}, rules ${profile}`;
  const json = { target, profile, ...validation, ...digests, findings, ok };
  const warned = warnings.map((finding) => `  warning ${lineOf(finding)}`);
  if (ok) return succeed(json, [`ok ${facts}`, `  ${symbols.join(' ')}`, ...warned].join('\n'));
  const found = findings.map(({ code, message }) => `  ${code}: ${message}`);
  const broken = errors.map((finding) => `  ${lineOf(finding)}`);
  const text = [`not ok ${facts}: ${found.length + broken.length} violations`, ...found, ...broken, ...warned, ...hint].join(
    '\n',
  );
  return { exit: findings.length > 0 ? EXIT.conflict : EXIT.refused, json, text };
}

function lineOf({ rule, file, path, message }: ValidationFinding): string {
  return `${rule} ${file}${path === '' ? '' : ` ${path}`}: ${message}`;
}
