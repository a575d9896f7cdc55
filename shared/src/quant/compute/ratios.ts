import { INSTRUMENT_PLACE as P } from '../dictionary.ts';
import { FRESHNESS } from '../freshness.ts';
import { INSTRUMENT_SOURCE as SOURCE, SOURCE_OF_INSTRUMENT_PLACE } from '../sources.ts';
import type { GridSeries } from '../state/grid-series.ts';
import type { GridWindow } from '../state/grid-window.ts';
import type { SampleTable } from '../state/sample-table.ts';
import { type LogColumn, putGridZ, takeLogs } from './grid-z.ts';
import { stampSamples } from './stamp-samples.ts';
import type { TickPass } from './tick-pass.ts';

const MINUTE_MS = 60_000;

/** Longs ÷ shorts of every derivative by population, and the z of two of them over the day. */
export function computeRatios(pass: TickPass): void {
  const { frame, universe, memory, scratch } = pass;
  const { accounts, topPositions, topAccounts, accountsGrid, topPositionsGrid } = memory.derivatives;
  stampSamples(frame, universe.derivatives, SOURCE.top_accounts, topAccounts, FRESHNESS.top_acc_ls_ratio);
  stampSamples(frame, universe.derivatives, SOURCE.accounts, accounts, FRESHNESS.global_ls_ratio);
  stampSamples(frame, universe.derivatives, SOURCE.top_positions, topPositions, FRESHNESS.top_pos_ls_ratio);
  putRatio(pass, topAccounts, P.top_acc_ls_ratio);
  putRatio(pass, accounts, P.global_ls_ratio);
  putDayZ(pass, scratch.accountsLogs, accountsGrid, scratch.accountsDay, P.global_ls_ratio, P.global_ls_z);
  putRatio(pass, topPositions, P.top_pos_ls_ratio);
  putDayZ(pass, scratch.topPositionsLogs, topPositionsGrid, scratch.topPositionsDay, P.top_pos_ls_ratio, P.top_pos_ls_z);
}

function putRatio({ frame, universe: { derivatives } }: TickPass, samples: SampleTable, place: number): void {
  const { cells, sources } = derivatives;
  const source = SOURCE_OF_INSTRUMENT_PLACE[place]!;
  for (let row = 0; row < derivatives.count; row++) {
    const quality = frame.sourceQuality(sources[source]! + row);
    frame.put(cells[place]! + row, samples.value(row, 0), quality);
  }
}

function putDayZ(pass: TickPass, column: LogColumn, grid: GridSeries, day: GridWindow, of: number, place: number): void {
  takeLogs(pass, column, of);
  putGridZ(pass, column.logs, day, MINUTE_MS, place, SOURCE_OF_INSTRUMENT_PLACE[place]!);
  if (pass.tickTs % MINUTE_MS === 0) grid.pushAll(pass.tickTs / MINUTE_MS, column.logs);
}
