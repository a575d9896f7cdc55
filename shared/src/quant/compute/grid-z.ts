import { naturalLog } from '../../core/elementary.ts';
import { zOf } from '../metrics/z-score.ts';
import type { GridWindow } from '../state/grid-window.ts';
import type { TickPass } from './tick-pass.ts';

/** Values of one metric and their ln, one row a derivative; NaN without one. */
export class LogColumn {
  readonly values: Float64Array;
  readonly logs: Float64Array;

  constructor(rows: number) {
    this.values = new Float64Array(rows).fill(Number.NaN);
    this.logs = new Float64Array(rows).fill(Number.NaN);
  }
}

/** Takes the usable values of one metric of every derivative; those that are polled stay the same for several ticks. */
export function takeLogs({ frame, universe: { derivatives } }: TickPass, { values, logs }: LogColumn, place: number): void {
  const cell = derivatives.cells[place]!;
  for (let row = 0; row < logs.length; row++) {
    const value = frame.usable(cell + row);
    if (value === values[row]) continue;
    values[row] = value;
    logs[row] = value > 0 ? naturalLog(value) : Number.NaN;
  }
}

/** z of logarithms over the grid places strictly before the tick. */
export function putGridZ(
  pass: TickPass,
  logs: Float64Array,
  window: GridWindow,
  stepMs: number,
  place: number,
  source: number,
): void {
  const { frame, universe, params } = pass;
  const cell = universe.derivatives.cells[place]!;
  const from = universe.derivatives.sources[source]!;
  const { clip } = params.z;
  const isMoved = window.moveTo(Math.ceil(pass.tickTs / stepMs) - 1, params.z);
  for (let row = 0; row < logs.length; row++) {
    const z = zOf(logs[row]!, window.mean(row), window.deviation(row), clip);
    frame.put(cell + row, z, frame.sourceQuality(from + row));
  }
  if (!isMoved) prepareNext(pass, window, stepMs);
}

/** The ticks between two grid places share the work for the second, but the one at a place and the one that moved the window. */
function prepareNext({ tickTs, params: { tick_ms: tickMs } }: TickPass, window: GridWindow, stepMs: number): void {
  if (tickTs % stepMs !== 0) window.prepareNext(tickMs / (stepMs - 2 * tickMs));
}
