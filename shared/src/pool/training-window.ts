/** Positions among the panel dates, inclusive. */
export interface TrainingWindow {
  readonly start: number;
  readonly end: number;
}

/**
 * The live training window (pool spec §13): it ends `embargoDates` panel dates before as_of, the longest label horizon, and
 * holds up to `trainDates` dates.
 */
export function trainingWindow(asOfPosition: number, embargoDates: number, trainDates: number): TrainingWindow {
  const end = Math.max(0, asOfPosition - embargoDates);
  return { start: Math.max(0, end - (trainDates - 1)), end };
}
