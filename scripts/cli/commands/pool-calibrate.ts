import { basename, resolve } from 'node:path';
import { readCandleFolder } from '#shared/adapters/csv/candle-folder.ts';
import { calibrateVolumes } from '#shared/market/calibration/calibrate-volumes.ts';
import type { CommandContext } from '../command.ts';
import { environmentOf, openArchive, openMarket } from '../market-source.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import type { HomeOptions, VenueOptions } from '../program/shared-options.ts';
import { storeCalibration } from '../stored-calibration.ts';
import { runTime, usingHome } from '../using-home.ts';

export interface CalibrateOptions extends HomeOptions, VenueOptions {
  readonly against: string;
}

/** Compares a venue's collected turnover with Binance spot candles and keeps the factor for later runs. */
export async function poolCalibrate(_context: CommandContext, options: CalibrateOptions): Promise<CommandResult> {
  const reference = await readCandleFolder(options.against, { invalidRows: 'quarantine' });
  return usingHome({ ...options, env: environmentOf(options) }, async (home) => {
    const market = await openMarket(options, runTime(home, undefined));
    const { sourceId } = market.candles;
    await market.close();
    const collected = await openArchive(home.objects).read(sourceId);
    if (collected.length === 0) {
      const message = `no candles of ${sourceId} are collected here yet; run \`livepool pool collect --venue ${options.venue}\` first`;
      return refuse([{ code: 'CALIBRATION_TOO_THIN', message }]);
    }
    const calibration = calibrateVolumes(sourceId, collected, reference.series, basename(resolve(options.against)));
    if (!calibration.ok) return refuse([calibration.error]);
    const name = await storeCalibration(home.objects, calibration.value);
    const { scale, symbols, from, to } = calibration.value;
    return succeed(
      { ok: true, name, ...calibration.value },
      `${sourceId}: volume scale ${scale} (median of ${symbols} symbols, ${from} to ${to}), kept in ${name}`,
    );
  });
}
