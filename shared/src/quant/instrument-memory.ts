import type { QuantParams, Timeframe } from '../contracts/quant-params.ts';
import { DayFlows } from './state/day-flows.ts';
import { FlowTable } from './state/flow-table.ts';
import { FundingHistory } from './state/funding-history.ts';
import { GridSeries } from './state/grid-series.ts';
import { HourlyBars } from './state/hourly-bars.ts';
import { HourlyOi } from './state/hourly-oi.ts';
import { MinuteVolatilities } from './state/minute-volatilities.ts';
import { SampleTable } from './state/sample-table.ts';
import { SpreadMeans } from './state/spread-means.ts';
import type { StateArena } from './state/state-arena.ts';
import { TickTable } from './state/tick-table.ts';
import { timeframeMs } from './timeframe.ts';

/** Bands whose depth becomes metrics of their own, and the one of the ±2 % depth. */
export const DELTA_BANDS_BPS = [10, 25, 100] as const;
export const WIDE_BAND_BPS = 200;
const SPREAD_WINDOW_MS = 60_000;

/** Everything the engine remembers about instruments, one row each. Fed by `foldEvent`, read by the loops of a tick. */
export class InstrumentMemory {
  readonly trade: SampleTable;
  /** bid, bid size, ask, ask size. */
  readonly top: SampleTable;
  /** best bid, best ask notional; then bid, ask, truncated of the four bands. */
  readonly depth: SampleTable;
  readonly spreads: SpreadMeans;
  readonly takerFlow: FlowTable;
  readonly cvd: DayFlows;
  /** The venue's own taker figure: buy, sell. */
  readonly takerVenue: SampleTable;
  readonly bars: HourlyBars;
  readonly volatility: MinuteVolatilities;
  /** Bid plus ask notional of the three bands at recent ticks, and the time of each sample. */
  readonly depthHistory: readonly TickTable[];
  readonly depthTimes: TickTable;
  /** samples, rejects, errors, p99, heartbeat gap. */
  readonly health: SampleTable;

  constructor(arena: StateArena, rows: number, params: QuantParams) {
    this.trade = new SampleTable(arena, rows, 1);
    this.top = new SampleTable(arena, rows, 4);
    this.depth = new SampleTable(arena, rows, 2 + 3 * (DELTA_BANDS_BPS.length + 1));
    this.spreads = new SpreadMeans(arena, rows, params.tick_ms, SPREAD_WINDOW_MS);
    this.takerFlow = new FlowTable(arena, rows, params.tick_ms, params.windows_ms.taker);
    this.cvd = new DayFlows(arena, rows);
    this.takerVenue = new SampleTable(arena, rows, 2);
    this.bars = new HourlyBars(arena, rows, params.vadr);
    this.volatility = new MinuteVolatilities(arena, rows);
    const depthTicks = Math.ceil(params.windows_ms.depth_change / params.tick_ms) + 1;
    this.depthHistory = DELTA_BANDS_BPS.map(() => new TickTable(arena, rows, depthTicks));
    this.depthTimes = new TickTable(arena, rows, depthTicks);
    this.health = new SampleTable(arena, rows, 5);
  }
}

/** What only perpetuals and dated futures have; rows are derivatives. */
export class DerivativeMemory {
  readonly mark: SampleTable;
  readonly index: SampleTable;
  /** Spot price polled together with mark, and the place of its currency among the dollars. */
  readonly spotRef: SampleTable;
  /** rate as published, interval ms, unit code. */
  readonly funding: SampleTable;
  readonly settled: FundingHistory;
  /** amount, sides, unit code, mark of the same answer. */
  readonly openInterest: SampleTable;
  readonly accounts: SampleTable;
  readonly topPositions: SampleTable;
  readonly topAccounts: SampleTable;
  readonly liquidations: FlowTable;
  /** Newest window of a venue that sends sums of liquidations; its length. */
  readonly liquidationStats: SampleTable;
  /** Steps of `oiGrids`, ms: one minute for the day window first, then the timeframes' own. */
  readonly steps: readonly number[];
  /** ln(oi_usd) at the points of each step. */
  readonly oiGrids: readonly GridSeries[];
  /** ln of the ratio at full minutes. */
  readonly accountsGrid: GridSeries;
  readonly topPositionsGrid: GridSeries;
  readonly hourlyOi: HourlyOi;

  constructor(arena: StateArena, rows: number, params: QuantParams) {
    this.mark = new SampleTable(arena, rows, 1);
    this.index = new SampleTable(arena, rows, 1);
    this.spotRef = new SampleTable(arena, rows, 2);
    this.funding = new SampleTable(arena, rows, 3);
    this.settled = new FundingHistory(arena, rows);
    this.openInterest = new SampleTable(arena, rows, 4);
    this.accounts = new SampleTable(arena, rows, 1);
    this.topPositions = new SampleTable(arena, rows, 1);
    this.topAccounts = new SampleTable(arena, rows, 1);
    this.liquidations = new FlowTable(arena, rows, params.tick_ms, params.windows_ms.liq_long);
    this.liquidationStats = new SampleTable(arena, rows, 1);
    this.steps = [...new Set([timeframeMs('1m'), ...params.timeframes.map(timeframeMs)])];
    const longest = Math.max(params.z.window, params.z.day_window);
    this.oiGrids = this.steps.map((_, at) => new GridSeries(arena, at === 0 ? longest : params.z.window, rows));
    this.accountsGrid = new GridSeries(arena, params.z.day_window, rows);
    this.topPositionsGrid = new GridSeries(arena, params.z.day_window, rows);
    this.hourlyOi = new HourlyOi(arena, rows, params.oi_residual.hours);
  }

  /** Place of a timeframe's step among the steps. */
  stepOf(timeframe: Timeframe): number {
    return this.steps.indexOf(timeframeMs(timeframe));
  }
}
