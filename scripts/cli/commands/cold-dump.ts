import { tableCsvLine } from '#shared/cold/csv-form.ts';
import { type Dump, type DumpInput, coldDump as dump } from '#shared/cold/dump.ts';
import type { ColdRow } from '#shared/ports/cold-store.ts';
import { type ColdSiteOptions, usingColdSite } from '../cold-site.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import type { Terminal } from '../terminal.ts';
import { textTable } from '../text-table.ts';

export interface ColdDumpOptions extends ColdSiteOptions {
  readonly table: string;
  readonly from: number;
  readonly to: number;
  readonly columns: string;
  readonly format: 'parquet' | 'csv';
  readonly output: 'ndjson' | 'csv' | 'table';
  readonly asOf: number | undefined;
  readonly limit: number | undefined;
  readonly symbol: string | undefined;
  readonly validate: boolean;
  readonly metadataOnly: boolean;
  readonly stats: boolean;
  readonly allowGaps: boolean;
  readonly force: boolean;
}

/** Prints rows of one table and window as they stream; `table` gathers them first. */
export async function coldDump({ terminal, signal }: CommandContext, options: ColdDumpOptions): Promise<CommandResult> {
  return usingColdSite(options, 'read', async ({ cold, objects }) => {
    const dumped = await dump(cold, inputOf(options), objects);
    if (!dumped.ok) return refuse([dumped.error]);
    if (options.metadataOnly) return succeed({ ok: true, partitions: dumped.value.partitions }, metadataText(dumped.value));
    const columns = columnNames(options);
    const rows: ColdRow[] = [];
    let count = 0;
    if (options.output === 'csv' && !terminal.json) terminal.out(columns.join(','));
    for await (const row of dumped.value.rows) {
      signal.throwIfAborted();
      if (!terminal.isRead()) break;
      count++;
      if (terminal.json || options.output === 'table') rows.push(row);
      else printRow(terminal, options.output, columns, row);
    }
    if (options.stats) terminal.note(JSON.stringify({ rows: count, ...dumped.value.stats }));
    const table =
      options.output === 'table'
        ? textTable(
            columns,
            rows.map((row) => columns.map((name) => String(row[name] ?? ''))),
          )
        : '';
    return succeed({ ok: true, rows, stats: dumped.value.stats }, table);
  });
}

function inputOf(options: ColdDumpOptions): DumpInput {
  const { table, format, validate, allowGaps, force } = options;
  return {
    table,
    format,
    validate,
    allowGaps,
    force,
    range: { from: options.from, to: options.to },
    columns: columnNames(options),
    ...(options.asOf === undefined ? {} : { asOfMs: options.asOf }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...(options.symbol === undefined ? {} : { symbol: options.symbol }),
  };
}

function columnNames({ columns }: ColdDumpOptions): readonly string[] {
  return columns.split(',').map((name) => name.trim());
}

function printRow(terminal: Terminal, output: 'ndjson' | 'csv', columns: readonly string[], row: ColdRow): void {
  terminal.out(output === 'csv' ? tableCsvLine(columns, row) : JSON.stringify(row));
}

function metadataText({ partitions }: Dump): string {
  const rows = partitions.flatMap(({ dt, number, manifest }) =>
    manifest.files.map((file) => [
      dt,
      String(number),
      manifest.state,
      file.name,
      String(file.rows),
      String(file.bytes),
      file.sha256,
    ]),
  );
  return textTable(['partition', 'manifest', 'state', 'file', 'rows', 'bytes', 'sha256'], rows);
}
