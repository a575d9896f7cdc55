import { naturalLog } from '../../core/elementary.ts';
import { zOf } from '../metrics/z-score.ts';
import type { GridWindow } from '../state/grid-series.ts';
import type { TickPass } from './tick-pass.ts';

/** ln of the usable values of one metric of every derivative, NaN without one, for the loops that follow. */
export function takeLogs({ frame, universe: { derivatives }, scratch: { logs } }: TickPass, place: number): void {
  for (let row = 0; row < derivatives.count; row++) {
    const value = frame.usable(derivatives.cells[place]! + row);
    logs[row] = value > 0 ? naturalLog(value) : Number.NaN;
  }
}

/** z of these logarithms over the grid places strictly before the tick. */
export function putGridZ(pass: TickPass, window: GridWindow, stepMs: number, place: number, source: number): void {
  const { frame, universe, scratch, params } = pass;
  const { cells, sources } = universe.derivatives;
  const { logs } = scratch;
  const { clip } = params.z;
  window.moveTo(Math.ceil(pass.tickTs / stepMs) - 1, params.z);
  for (let row = 0; row < logs.length; row++) {
    const z = zOf(logs[row]!, window.mean(row), window.deviation(row), clip);
    frame.put(cells[place]! + row, z, frame.sourceQuality(sources[source]! + row));
  }
}
