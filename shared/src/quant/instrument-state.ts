import type { QuantParams } from '../contracts/quant-params.ts';
import { parseInstrumentId } from '../market/instrument-id.ts';
import { DayFlow } from './state/day-flow.ts';
import { FlowWindow } from './state/flow-window.ts';
import { FundingHistory } from './state/funding-history.ts';
import { GridSeries } from './state/grid-series.ts';
import { HourlyBars } from './state/hourly-bars.ts';
import { HourlyOi } from './state/hourly-oi.ts';
import { LatestSample } from './state/latest-sample.ts';
import { MinuteVolatility } from './state/minute-volatility.ts';
import { SpreadMean } from './state/spread-mean.ts';
import type { StateArena } from './state/state-arena.ts';
import { TickHistory } from './state/tick-history.ts';
import { timeframeMs } from './timeframe.ts';
import { type QuantInstrumentSpec, STABLECOINS } from './universe.ts';

/** Bands whose depth becomes metrics of their own, and the one of the ±2 % depth. */
export const DELTA_BANDS_BPS = [10, 25, 100] as const;
export const WIDE_BAND_BPS = 200;
const SPREAD_WINDOW_MS = 60_000;

/** How a venue's amounts become US dollars: as they are, one to one and marked converted, or not at all. */
export type DollarWorth = 'usd' | 'stable' | 'none';

/** Everything the engine remembers about one instrument. Fed by `foldEvent`, read by `computeInstrument`. */
export class InstrumentState {
  readonly id: string;
  readonly venue: string;
  readonly quote: string;
  readonly isSpot: boolean;
  readonly spec: QuantInstrumentSpec;
  readonly dollars: DollarWorth;

  readonly trade: LatestSample;
  /** bid, bid size, ask, ask size. */
  readonly top: LatestSample;
  /** best bid, best ask notional; then bid, ask, truncated of the four bands. */
  readonly depth: LatestSample;
  readonly spreadMean: SpreadMean;
  readonly takerFlow: FlowWindow;
  readonly cvd: DayFlow;
  /** The venue's own taker figure: buy, sell. */
  readonly takerVenue: LatestSample;
  readonly bars: HourlyBars;
  readonly minuteVolatility: MinuteVolatility;
  /** Bid plus ask notional of the three bands at recent ticks, and the time of each sample. */
  readonly depthHistory: readonly TickHistory[];
  readonly depthTimes: TickHistory;
  /** samples, rejects, errors, p99, heartbeat gap. */
  readonly health: LatestSample;
  /** Only derivatives have the rest. */
  readonly derivative: DerivativeState | null;

  constructor(spec: QuantInstrumentSpec, arena: StateArena, params: QuantParams) {
    const { quote, kind, venue } = parseInstrumentId(spec.id)!;
    this.id = spec.id;
    this.venue = venue;
    this.quote = quote;
    this.isSpot = kind === 'spot';
    this.spec = spec;
    this.dollars = quote === 'USD' ? 'usd' : STABLECOINS.includes(quote) ? 'stable' : 'none';
    this.trade = new LatestSample(arena, 1);
    this.top = new LatestSample(arena, 4);
    this.depth = new LatestSample(arena, 2 + 3 * (DELTA_BANDS_BPS.length + 1));
    this.spreadMean = new SpreadMean(arena, params.tick_ms, SPREAD_WINDOW_MS);
    this.takerFlow = new FlowWindow(arena, params.tick_ms, params.windows_ms.taker);
    this.cvd = new DayFlow(arena);
    this.takerVenue = new LatestSample(arena, 2);
    this.bars = new HourlyBars(arena);
    this.minuteVolatility = new MinuteVolatility(arena);
    const depthTicks = Math.ceil(params.windows_ms.depth_change / params.tick_ms) + 1;
    this.depthHistory = DELTA_BANDS_BPS.map(() => new TickHistory(arena, depthTicks));
    this.depthTimes = new TickHistory(arena, depthTicks);
    this.health = new LatestSample(arena, 5);
    this.derivative = this.isSpot ? null : new DerivativeState(arena, params);
  }
}

/** What only perpetuals and dated futures have. */
export class DerivativeState {
  readonly mark: LatestSample;
  readonly index: LatestSample;
  /** Spot price polled together with mark, and the place of its currency among the dollars. */
  readonly spotRef: LatestSample;
  /** rate as published, interval ms, unit code. */
  readonly funding: LatestSample;
  readonly settled: FundingHistory;
  /** amount, sides, unit code, mark of the same answer. */
  readonly openInterest: LatestSample;
  readonly globalRatio: LatestSample;
  readonly topPositionRatio: LatestSample;
  readonly topAccountRatio: LatestSample;
  readonly liquidations: FlowWindow;
  /** Newest window of a venue that sends sums of liquidations; its length. */
  readonly liquidationStats: LatestSample;
  /** Steps of `oiGrids`: one minute for the day window first, then the timeframes' own. */
  readonly steps: readonly number[];
  readonly oiGrids: readonly GridSeries[];
  /** Place of each timeframe among the steps. */
  readonly timeframeSteps: readonly number[];
  readonly globalGrid: GridSeries;
  readonly topPositionGrid: GridSeries;
  readonly hourlyOi: HourlyOi;

  constructor(arena: StateArena, params: QuantParams) {
    this.mark = new LatestSample(arena, 1);
    this.index = new LatestSample(arena, 1);
    this.spotRef = new LatestSample(arena, 2);
    this.funding = new LatestSample(arena, 3);
    this.settled = new FundingHistory(arena);
    this.openInterest = new LatestSample(arena, 4);
    this.globalRatio = new LatestSample(arena, 1);
    this.topPositionRatio = new LatestSample(arena, 1);
    this.topAccountRatio = new LatestSample(arena, 1);
    this.liquidations = new FlowWindow(arena, params.tick_ms, params.windows_ms.liq_long);
    this.liquidationStats = new LatestSample(arena, 1);
    this.steps = [...new Set([timeframeMs('1m'), ...params.timeframes.map(timeframeMs)])];
    this.timeframeSteps = params.timeframes.map((timeframe) => this.steps.indexOf(timeframeMs(timeframe)));
    this.oiGrids = this.steps.map((_, at) => new GridSeries(arena, at === 0 ? longestWindow(params) : params.z.window));
    this.globalGrid = new GridSeries(arena, params.z.day_window);
    this.topPositionGrid = new GridSeries(arena, params.z.day_window);
    this.hourlyOi = new HourlyOi(arena, params.oi_residual.hours);
  }
}

function longestWindow({ z }: QuantParams): number {
  return Math.max(z.window, z.day_window);
}
