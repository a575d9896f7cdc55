import { ALL_TABLES, tableByName } from '#shared/cold/tables.ts';
import { type VerifiedTable, verifyTable } from '#shared/cold/verify-table.ts';
import { type ColdSiteOptions, usingColdSite } from '../cold-site.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { textTable } from '../text-table.ts';

export interface ColdVerifyOptions extends ColdSiteOptions {
  readonly table: string | undefined;
  readonly from: number;
  readonly to: number;
}

interface TableReport extends VerifiedTable {
  readonly table: string;
}

/** Reads every sealed file of the tables and compares it with its manifest; all that is wrong is told. */
export async function coldVerify({ signal }: CommandContext, options: ColdVerifyOptions): Promise<CommandResult> {
  return usingColdSite(options, 'read', async ({ cold }) => {
    const tables = options.table === undefined ? ALL_TABLES : [tableByName(options.table)];
    const reports: TableReport[] = [];
    for (const schema of tables) {
      signal.throwIfAborted();
      reports.push({ table: schema.table, ...(await verifyTable(cold, schema, { from: options.from, to: options.to })) });
    }
    const findings = reports.flatMap((report) => report.findings);
    if (findings.length > 0) {
      return refuse(
        findings.map(({ table, dt, message }) => ({ code: 'COLD_OBJECT_CORRUPT', message: `${table} ${dt}: ${message}` })),
      );
    }
    return succeed({ ok: true, tables: reports }, reportText(reports));
  });
}

function reportText(reports: readonly TableReport[]): string {
  const rows = reports
    .filter(({ partitions }) => partitions > 0)
    .map(({ table, partitions, files, rows: count }) => [table, ...[partitions, files, count].map(String)]);
  return rows.length === 0 ? 'nothing is sealed in that window\n' : textTable(['table', 'partitions', 'files', 'rows'], rows);
}
