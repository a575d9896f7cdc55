import { err, ok, type Refusal, type Result } from '../../core/result.ts';

/** The scale in force for a source and where it comes from, as the manifest records it. */
export interface VolumeScale {
  readonly source: string;
  readonly scale: number;
  readonly origin: 'parameters' | 'calibration' | 'override';
}

export interface VolumeScaleInput {
  readonly sourceId: string;
  /** `universe.volume_scale` of the parameter set. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Scale of a stored calibration of this source. */
  readonly calibrated?: number;
  /** `--volume-scale`: what a person decided. */
  readonly override?: number;
}

/**
 * Multiplier of the USD thresholds for a source: the person's word first, then the parameter set, then a stored calibration.
 * Without any of them the build is refused with SOURCE_UNCALIBRATED, which names the two ways on.
 */
export function volumeScale(input: VolumeScaleInput): Result<VolumeScale, Refusal> {
  const { sourceId: source, parameters, calibrated, override } = input;
  if (override !== undefined) return accept(source, override, 'override');
  if (Object.hasOwn(parameters, source)) return accept(source, parameters[source]!, 'parameters');
  if (calibrated !== undefined) return accept(source, calibrated, 'calibration');
  const message =
    `volumes of ${source} have no scale, and the thresholds are stated for Binance spot turnover; either run ` +
    `"livepool pool calibrate" against a folder of Binance-spot candles, or give --volume-scale NUMBER`;
  return err({ code: 'SOURCE_UNCALIBRATED', message, details: { source } });
}

function accept(source: string, scale: number, origin: VolumeScale['origin']): Result<VolumeScale, Refusal> {
  if (Number.isFinite(scale) && scale > 0) return ok({ source, scale, origin });
  const message = `${scale} is no volume scale for ${source}; give a number above 0, 1 for the turnover of Binance spot`;
  return err({ code: 'SOURCE_UNCALIBRATED', message, details: { source, scale, origin } });
}
