import { invariant } from '../core/errors.ts';
import { ABSENT, type ObjectStore } from '../ports/object-store.ts';
import { type ReleaseLayout, reportObject } from '../release/layout.ts';
import type { ReportFiles } from './report-bundle.ts';

/** Where a report belongs: a kind and a period are reported on once. */
export interface ReportPlace {
  readonly kind: 'release' | 'daily' | 'weekly' | 'monthly';
  /** A version and act, a date, a week or a month. */
  readonly period: string;
}

interface ReportStore {
  readonly objects: ObjectStore;
  readonly layout: ReleaseLayout;
}

/** Whether a file of a report is there. */
export async function isReported({ objects, layout }: ReportStore, place: ReportPlace, file: string): Promise<boolean> {
  return (await objects.stat(reportObject(layout, place.kind, place.period, file))) !== null;
}

/** Writes the files of a report create-only, in their order; what stands already was written by an earlier try and stays. */
export async function storeReport(
  { objects, layout }: ReportStore,
  { kind, period }: ReportPlace,
  files: ReportFiles,
): Promise<void> {
  invariant(period !== '', 'a report has a period');
  for (const [file, bytes] of files) {
    const contentType = reportType(file);
    await objects.put(reportObject(layout, kind, period, file), bytes, { ifGenerationMatch: ABSENT, contentType });
  }
}

function reportType(file: string): string {
  if (file.endsWith('.json')) return 'application/json';
  return file.endsWith('.md') ? 'text/markdown; charset=utf-8' : 'text/plain; charset=utf-8';
}
