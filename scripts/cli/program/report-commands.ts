import type { Command } from 'commander';
import { attachAction, type ReportExit } from '../command.ts';
import type { DocsCheckOptions } from '../commands/docs-check.ts';
import { withSite } from './shared-options.ts';

/** `livepool report …` and `livepool docs …`: what is published, for people, and whether the pages about this program are true. */
export function addReportCommands(program: Command, reportExit: ReportExit): void {
  const report = program.command('report').description('reports on the published release; they change nothing');

  attachAction(
    withSite(report.command('status'))
      .description('status of the published release; exit 1 when something is wrong with it')
      .option('--out <dir>', 'also write release_status_summary.json and .md'),
    reportExit,
    async () => (await import('../commands/report-status.ts')).reportStatus,
  );

  attachAction(
    withSite(report.command('monthly'))
      .description('the monthly bundle: status, review and message, beside the shadow tracks')
      .option('--out <dir>', 'folder with shadow_candidate_tracks/, and of monthly_report_bundle/', 'data/output'),
    reportExit,
    async () => (await import('../commands/report-monthly.ts')).reportMonthly,
  );

  attachAction(
    program
      .command('docs')
      .description('pages about this program')
      .command('check')
      .description('whether the generated reference pages say what the code says')
      .option('--write', 'write those anew that do not', false),
    reportExit,
    async () => {
      const { docsCheck } = await import('../commands/docs-check.ts');
      return (_context, options: DocsCheckOptions) => docsCheck(program, options);
    },
  );
}
