import { readReleaseFolder } from '#shared/adapters/fs/release-folder.ts';
import { prettyJson } from '#shared/release/json-text.ts';
import { releaseLayout } from '#shared/release/layout.ts';
import { planPublish } from '#shared/release/plan.ts';
import { releaseManifestDocument } from '#shared/release/release-manifest-document.ts';
import { readBuiltFolder } from '../built-folder.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { planText } from '../plan-text.ts';
import type { HomeOptions } from '../program/shared-options.ts';
import { readingHome } from '../using-home.ts';

export interface PlanOptions extends HomeOptions {
  readonly emit: string | undefined;
}

/** The ordered writes of publishing a built folder, as data; with `--emit release_manifest` the reference's plan document. */
export async function poolPlan(_context: CommandContext, options: PlanOptions, args: readonly string[]): Promise<CommandResult> {
  const folder = args[0] ?? '';
  if (options.emit === 'release_manifest') {
    const text = prettyJson(
      releaseManifestDocument(readReleaseFolder(folder).files, { layout: releaseLayout(), dryRun: true, publishEnabled: false }),
    );
    return succeed(JSON.parse(text), text);
  }
  if (options.emit !== undefined) {
    return refuse([{ code: 'USAGE', message: `--emit ${options.emit}: the only form is release_manifest` }]);
  }
  const { files, evidence, manifest } = readBuiltFolder(folder);
  return readingHome(options, async (home) => {
    const plan = planPublish({
      layout: home.readDeps().layout,
      runKey: `manual:${manifest.version}`,
      version: manifest.version,
      files,
      evidence,
      isApproved: false,
    });
    return succeed({ ok: true, ...plan }, planText(plan));
  });
}
