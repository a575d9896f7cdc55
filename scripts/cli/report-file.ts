import { basename, dirname, resolve } from 'node:path';
import { writeFolder } from '#shared/adapters/fs/write-folder.ts';
import type { DecidedPool } from '#shared/pipeline/decide-pool.ts';
import { poolReport } from '#shared/pool/report/pool-report.ts';

/** Draws a build as one HTML page into a file; the page is whole or the file is as it was. */
export function writeReport(file: string, { explain, panel }: DecidedPool): void {
  const path = resolve(file);
  writeFolder(dirname(path), new Map([[basename(path), poolReport(explain, panel)]]));
}
