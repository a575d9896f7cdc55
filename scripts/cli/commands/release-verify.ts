import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readReleaseFolder } from '#shared/adapters/fs/release-folder.ts';
import { EXIT } from '#shared/core/error-catalogue.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { loadSealed } from '#shared/release/sealed-release.ts';
import { parseVersion } from '#shared/release/version.ts';
import type { CommandContext } from '../command.ts';
import type { Home } from '../home.ts';
import { type JudgedRelease, judgeRelease } from '../judge-release.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import type { HomeOptions } from '../program/shared-options.ts';
import { usingHome } from '../using-home.ts';

export interface VerifyOptions extends HomeOptions {
  readonly rules: 'strict' | 'reference' | undefined;
}

/** Checks a folder, a sealed version, or everything that is published, and lists every violation. */
export async function releaseVerify(
  _context: CommandContext,
  options: VerifyOptions,
  args: readonly string[],
): Promise<CommandResult> {
  const target = args[0];
  return usingHome(options, async (home) => {
    if (target === undefined) return auditStore(home);
    if (target.startsWith('gs://')) {
      return refuse([{ code: 'INPUT_INVALID', message: `${target}: copy the five objects into a folder and verify that` }]);
    }
    const folder = target.startsWith('file://') ? fileURLToPath(target) : target;
    if (!existsSync(folder) && parseVersion(target) !== undefined) return verifyVersion(home, target, options);
    return verdict(target, judgeRelease(readReleaseFolder(folder).files, home.clock.nowMs(), options.rules));
  });
}

/** Seal, signature and digests first, then the files themselves. */
async function verifyVersion(home: Home, version: string, options: VerifyOptions): Promise<CommandResult> {
  const { files } = await loadSealed(home.readDeps(), version);
  return verdict(version, judgeRelease(files, home.clock.nowMs(), options.rules));
}

async function auditStore(home: Home): Promise<CommandResult> {
  const report = await auditRelease(home.readDeps(), { allReleases: true });
  if (report.committedVersion === null && report.ok) {
    return refuse([{ code: 'NO_RELEASE', message: `nothing is published in environment ${home.environment}` }]);
  }
  const facts = `${home.environment}: ${report.committedVersion ?? 'nothing'} (act ${report.publishSeq})`;
  if (report.ok) {
    const text = `ok ${facts}\n  pointer, registry, release bytes, mirror, log chain and signatures agree`;
    return succeed({ environment: home.environment, ...report }, text);
  }
  const lines = report.mismatches.map(({ code, message }) => `  ${code}: ${message}`);
  return {
    exit: EXIT.conflict,
    json: { environment: home.environment, ...report },
    text: [`not ok ${facts}`, ...lines].join('\n'),
  };
}

function verdict(target: string, { profile, result }: JudgedRelease): CommandResult {
  const line = ({ rule, file, path, message }: (typeof result.errors)[number]): string =>
    `  ${rule} ${file}${path === '' ? '' : ` ${path}`}: ${message}`;
  const warnings = result.warnings.map((finding) => `warning${line(finding)}`);
  const facts = `${target}: ${result.version ?? 'no version'}, rules ${profile}`;
  const json = { target, profile, ...result };
  if (result.ok) return succeed(json, [`ok ${facts}`, `  ${result.symbols.join(' ')}`, ...warnings].join('\n'));
  const text = [`not ok ${facts}: ${result.errors.length} violations`, ...result.errors.map(line), ...warnings].join('\n');
  return { exit: EXIT.refused, json, text };
}
