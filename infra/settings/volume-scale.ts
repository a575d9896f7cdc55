import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as pulumi from '@pulumi/pulumi';

/** Parameter set that the functions run with. */
const PARAMETERS = resolve(import.meta.dirname, '..', '..', 'shared', 'params', 'pool.core_major.json');

/** The form that `collect` accepts, a number above 0. */
const FACTOR = /^(?=.*[1-9])\d+(\.\d+)?$/;

/**
 * What `collect` scales the volume thresholds with, as text; undefined = the parameter set has a factor of this venue.
 *
 * @throws RunError when there is neither, so that it shows at the preview and not after a month's collection (`SOURCE_UNCALIBRATED`).
 */
export function volumeScaleOf(venue: string, configured: string | undefined): string | undefined {
  if (configured === undefined) {
    if (isInParameters(venue)) return undefined;
    throw new pulumi.RunError(
      `volumes of ${venue} have no scale, and the thresholds are stated for Binance spot turnover; no run of this stack would ` +
        `release anything. Measure the factor (npm run -s livepool -- pool calibrate --venue ${venue} --against BINANCE_CANDLES) or ` +
        `decide one, then:\n  pulumi config set volumeScale NUMBER`,
    );
  }
  if (FACTOR.test(configured)) return configured;
  throw new pulumi.RunError(`volumeScale is ${configured}; it must be a number above 0, like 0.2`);
}

/** A source has the name of its venue, or of the venue's spot market. */
function isInParameters(venue: string): boolean {
  const { universe } = JSON.parse(readFileSync(PARAMETERS, 'utf8')) as { universe: { volume_scale: object } };
  return [venue, `${venue}_spot`].some((source) => Object.hasOwn(universe.volume_scale, source));
}
