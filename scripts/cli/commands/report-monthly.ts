import { join, relative, resolve } from 'node:path';
import { writeFolder } from '#shared/adapters/fs/write-folder.ts';
import { EXIT } from '#shared/core/error-catalogue.ts';
import { monthlyBundle } from '#shared/reports/report-bundle.ts';
import { readReportFacts } from '#shared/reports/report-facts.ts';
import { releaseStatus } from '#shared/reports/status-summary.ts';
import type { CommandContext } from '../command.ts';
import { validationFor } from '../judge-release.ts';
import type { CommandResult } from '../outcome.ts';
import type { SiteOptions } from '../program/shared-options.ts';
import { readShadowFolder } from '../shadow-folder.ts';
import { readingSite } from '../using-site.ts';

/** Folder of the bundle below `--out`. */
const BUNDLE_FOLDER = 'monthly_report_bundle';

export interface ReportMonthlyOptions extends SiteOptions {
  readonly out: string;
}

/** The monthly bundle: the committed release beside the shadow histories that `shadow build` left in the same folder. */
export async function reportMonthly(_context: CommandContext, options: ReportMonthlyOptions): Promise<CommandResult> {
  const shadow = readShadowFolder(options.out);
  return readingSite(options, async (site) => {
    const nowMs = site.clock.nowMs();
    const status = releaseStatus(await readReportFacts(site.readDeps(), validationFor(nowMs, 'strict')), nowMs);
    const bundle = monthlyBundle(status, shadow);
    const folder = resolve(options.out, BUNDLE_FOLDER);
    writeFolder(folder, bundle);
    const exit = status.status === 'error' ? EXIT.refused : EXIT.ok;
    const message = new TextDecoder().decode(bundle.get('monthly_telegram.txt'));
    const json = { ok: exit === EXIT.ok, status: status.status, version: status.official_release.version, folder };
    return { exit, json, text: `${message}\nwritten to ${join(relative(process.cwd(), folder) || '.', '')}` };
  });
}
