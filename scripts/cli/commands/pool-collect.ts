import { loadPoolParams } from '#shared/adapters/fs/pool-params-file.ts';
import { formatDay } from '#shared/core/calendar-day.ts';
import { lastStorableDay } from '#shared/market/collect/closed-days.ts';
import { collectStep } from '../collect-step.ts';
import type { CommandContext } from '../command.ts';
import { environmentOf, openMarket } from '../market-source.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import type { BuildOptions, HomeOptions, VenueOptions } from '../program/shared-options.ts';
import { runTime, usingHome } from '../using-home.ts';

/** Brings finished daily candles of a venue into the cold tier; interrupted, it goes on where it stopped. */
export async function poolCollect(
  context: CommandContext,
  options: HomeOptions & VenueOptions & BuildOptions,
): Promise<CommandResult> {
  const params = loadPoolParams(options.params);
  if (!params.ok) return refuse(params.error);
  return usingHome({ ...options, env: environmentOf(options) }, async (home) => {
    const nowMs = runTime(home, options.now);
    const asOf = options.asOf ?? lastStorableDay(nowMs, params.value.params.candles.open_candle);
    const market = await openMarket(options, nowMs);
    try {
      const collected = await collectStep(context, home, {
        market,
        params: params.value,
        asOf,
        nowMs,
        symbols: options.symbols,
        acceptRevisions: options.acceptRevisions,
      });
      if (!collected.ok) return refuse(collected.error);
      const { report } = collected.value;
      const text = `${report.symbols.length} symbols of ${report.source} up to ${formatDay(asOf)}: ${report.candles} new candles, ${report.quarantined} in quarantine`;
      return succeed({ ok: true, environment: home.environment, report }, text);
    } finally {
      await market.close();
    }
  });
}
