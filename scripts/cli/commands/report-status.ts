import { resolve } from 'node:path';
import { writeFolder } from '#shared/adapters/fs/write-folder.ts';
import { EXIT } from '#shared/core/error-catalogue.ts';
import { statusFiles } from '#shared/reports/report-bundle.ts';
import { readReportFacts } from '#shared/reports/report-facts.ts';
import { statusMarkdown } from '#shared/reports/status-markdown.ts';
import { releaseStatus } from '#shared/reports/status-summary.ts';
import type { CommandContext } from '../command.ts';
import { validationFor } from '../judge-release.ts';
import type { CommandResult } from '../outcome.ts';
import type { SiteOptions } from '../program/shared-options.ts';
import { readingSite } from '../using-site.ts';

export interface ReportStatusOptions extends SiteOptions {
  readonly out: string | undefined;
}

/** The status of the committed release, as text or JSON and, where asked, as files. Errors in it are exit code 1. */
export async function reportStatus({ terminal }: CommandContext, options: ReportStatusOptions): Promise<CommandResult> {
  return readingSite(options, async (site) => {
    const nowMs = site.clock.nowMs();
    const facts = await readReportFacts(site.readDeps(), validationFor(nowMs, 'strict'));
    const status = releaseStatus(facts, nowMs);
    if (options.out !== undefined) {
      writeFolder(options.out, statusFiles(status));
      terminal.note(`written to ${resolve(options.out)}`);
    }
    const exit = status.status === 'error' ? EXIT.refused : EXIT.ok;
    return { exit, json: { ok: exit === EXIT.ok, ...status }, text: statusMarkdown(status) };
  });
}
