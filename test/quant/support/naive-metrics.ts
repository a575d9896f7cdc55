import type { MarketEvent, MarketEventType } from '#shared/contracts/market-events/market-event.ts';
import type { QuantParams } from '#shared/contracts/quant-params.ts';
import type { QuantInstrumentSpec } from '#shared/quant/universe.ts';

type Of<T extends MarketEventType> = Extract<MarketEvent, { type: T }>;

const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;
const DAY = 24 * H;
const none = Number.NaN;

/**
 * The judge: every metric of one instrument at a time, computed from all its events each time anew, with the platform's own Math
 * and plain lists. It shares nothing with the engine but the spec. NaN = null or not usable.
 */
export class NaiveInstrument {
  readonly #events: readonly MarketEvent[];
  readonly #spec: QuantInstrumentSpec;
  readonly #params: QuantParams;

  constructor(events: readonly MarketEvent[], spec: QuantInstrumentSpec, params: QuantParams) {
    this.#events = events.filter(({ instrument }) => instrument === spec.id).toSorted((a, b) => a.available_at - b.available_at);
    this.#spec = spec;
    this.#params = params;
  }

  at(t: number): Readonly<Record<string, number>> {
    const common = { ...this.#book(t), ...this.#flow(t), ...this.#bars(t), volatility: this.#volatility(t) };
    return this.#spec.kind === 'spot' ? common : { ...common, ...this.#derivative(t) };
  }

  mid(t: number): number {
    const top = this.#stream(t, 'book_top');
    return top !== undefined && t - top.available_at <= 5 * S && top.bid < top.ask ? (top.bid + top.ask) / 2 : none;
  }

  oiUsd(t: number): number {
    const oi = this.#newest(t, 'open_interest');
    if (oi === undefined || oi.amount === null || t - oi.available_at > 3 * MIN) return none;
    if (oi.unit === 'usd') return oi.amount / oi.sides;
    if (oi.unit === 'contracts' && this.#spec.settle === 'inverse') return (oi.amount * this.#spec.contract_size) / oi.sides;
    return this.oiBase(t) * (oi.mark_price ?? this.#mark(t));
  }

  oiBase(t: number): number {
    const oi = this.#newest(t, 'open_interest');
    if (oi === undefined || oi.amount === null || t - oi.available_at > 3 * MIN) return none;
    const mark = oi.mark_price ?? this.#mark(t);
    if (oi.unit === 'usd') return oi.amount / oi.sides / mark;
    if (oi.unit === 'base') return oi.amount / oi.sides;
    const amount = (oi.amount * this.#spec.contract_size) / oi.sides;
    return this.#spec.settle === 'inverse' ? amount / mark : amount;
  }

  ratio(t: number, population: Of<'long_short'>['population']): number {
    const sample = this.#newest(t, 'long_short', (e) => e.population === population);
    if (sample === undefined || t - sample.available_at > 10 * MIN || sample.quality !== 'live') return none;
    return sample.ratio === null || sample.ratio === 0 || sample.shorts === 0 ? none : sample.ratio;
  }

  funding8h(t: number): number {
    const funding = this.#newest(t, 'funding');
    if (funding === undefined || t - funding.available_at > 10 * MIN || funding.quality !== 'live') return none;
    return funding.rate === null || funding.interval_ms === null ? none : (funding.rate * 8 * H) / funding.interval_ms;
  }

  flowUsd(t: number): { buy: number; sell: number } {
    const trades = this.#until(t, 'trade').filter((e) => e.ts_event >= t - 5 * MIN && e.ts_event < t);
    const newest = this.#newest(t, 'trade');
    if (newest === undefined || t - newest.available_at > 2 * MIN) return { buy: none, sell: none };
    const sum = (side: string): number => trades.filter((e) => e.side === side).reduce((total, e) => total + this.#usd(e), 0);
    return { buy: sum('buy'), sell: sum('sell') };
  }

  cvd(t: number): number {
    const newest = this.#newest(t, 'trade');
    if (newest === undefined || t - newest.available_at > 2 * MIN) return none;
    const days = this.#until(t, 'trade').filter((e) => Math.floor(e.ts_event / DAY) === Math.floor(t / DAY));
    return days.reduce((total, e) => total + (e.side === 'buy' ? 1 : -1) * this.#usd(e), 0);
  }

  liquidated(t: number, windowMs: number): { long: number; short: number } {
    const stats = this.#until(t, 'liquidation_stats');
    const last = this.#newest(t, 'liquidation_stats');
    if (last !== undefined) {
      if (t - last.available_at > 5 * MIN || last.window_ms > windowMs) return { long: none, short: none };
      const byStart = new Map(stats.map((e) => [e.ts_event, e]));
      const inside = [...byStart.values()].filter((e) => {
        const end = e.ts_event + e.window_ms;
        return end > t - windowMs && end <= t;
      });
      return { long: total(inside.map((e) => e.long_usd!)), short: total(inside.map((e) => e.short_usd!)) };
    }
    const trade = this.#newest(t, 'trade');
    if (trade === undefined || t - trade.available_at > 5 * MIN) return { long: none, short: none };
    const orders = this.#until(t, 'liquidation').filter((e) => e.ts_event >= t - windowMs && e.ts_event < t);
    const of = (side: string): number => total(orders.filter((e) => e.liquidated === side).map((e) => this.#usd(e)));
    return { long: of('long'), short: of('short') };
  }

  /** z of a series over `window` grid points before t. */
  z(t: number, stepMs: number, window: number, value: (at: number) => number): number {
    const end = Math.ceil(t / stepMs) - 1;
    const points = Array.from({ length: window }, (_, back) => value((end - back) * stepMs));
    const present = points.filter((x) => x > 0).map(Math.log);
    const span = points.findLastIndex((x) => x > 0) + 1;
    const now = value(t);
    if (!(now > 0) || present.length < 30 || present.length / span < 0.8) return none;
    const mean = total(present) / present.length;
    const deviation = Math.sqrt(total(present.map((x) => (x - mean) ** 2)) / present.length);
    return deviation < 1e-9 ? none : Math.max(-10, Math.min(10, (Math.log(now) - mean) / deviation));
  }

  #book(t: number): Record<string, number> {
    const top = this.#stream(t, 'book_top');
    const live = top !== undefined && t - top.available_at <= 5 * S && top.bid < top.ask ? top : undefined;
    const trade = this.#newest(t, 'trade');
    const mid = this.mid(t);
    return {
      price: trade !== undefined && t - trade.available_at <= 5 * S ? trade.price : none,
      mid,
      microprice: live ? (live.ask * live.bid_size + live.bid * live.ask_size) / (live.bid_size + live.ask_size) : none,
      spread_bps: live ? (1e4 * (live.ask - live.bid)) / mid : none,
      spread_bps_60s: live ? this.#spreadMean(t) : none,
      drift_bps: trade && t - trade.available_at <= 10 * S ? (1e4 * Math.abs(mid - trade.price)) / mid : none,
      ...this.#depth(t),
    };
  }

  #spreadMean(t: number): number {
    const changes = this.#events.filter((e) => e.type === 'book_top' || (e.type === 'book_state' && !e.live));
    let weighted = 0;
    let time = 0;
    changes.forEach((e, i) => {
      const from = Math.max(e.available_at, t - MIN);
      const to = Math.min(changes[i + 1]?.available_at ?? t, t);
      if (to <= from || e.type !== 'book_top' || !(e.bid < e.ask)) return;
      weighted += ((1e4 * (e.ask - e.bid)) / ((e.bid + e.ask) / 2)) * (to - from);
      time += to - from;
    });
    return time > 0 ? weighted / time : none;
  }

  #depth(t: number): Record<string, number> {
    const depth = this.#freshDepth(t);
    const before = this.#freshDepth(t - MIN);
    const result: Record<string, number> = {
      imbalance:
        depth && depth.best_bid > 0 && depth.best_ask > 0
          ? (depth.best_bid - depth.best_ask) / (depth.best_bid + depth.best_ask)
          : none,
    };
    for (const bps of [10, 25, 100]) {
      const band = depth?.bands.find((each) => each.bps === bps);
      const then = before?.bands.find((each) => each.bps === bps);
      const inTime = depth && before && Math.abs(depth.available_at - before.available_at - MIN) <= 5 * S;
      result[`depth_delta_usd_${bps}`] = band ? band.bid - band.ask : none;
      const old = then ? then.bid + then.ask : none;
      result[`depth_chg_pct_${bps}`] = band && inTime && old > 0 ? 100 * ((band.bid + band.ask) / old - 1) : none;
    }
    const wide = depth?.bands.find(({ bps }) => bps === 200);
    result.depth_2pct_bid_usd = wide ? wide.bid : none;
    result.depth_2pct_ask_usd = wide ? wide.ask : none;
    result.depth_2pct_total_usd = wide ? Math.round(wide.bid + wide.ask) : none;
    result.depth_2pct_min_usd = wide ? Math.min(wide.bid, wide.ask) : none;
    return result;
  }

  #freshDepth(t: number): Of<'book_depth'> | undefined {
    const depth = this.#stream(t, 'book_depth');
    return depth !== undefined && t - depth.available_at <= 5 * S ? depth : undefined;
  }

  #flow(t: number): Record<string, number> {
    const { buy, sell } = this.flowUsd(t);
    return {
      taker_buy_usd: buy,
      taker_sell_usd: sell,
      taker_buy_sell_ratio: buy > 0 && sell > 0 && buy + sell >= 10_000 ? buy / sell : none,
      cvd: this.cvd(t),
    };
  }

  #bars(t: number): Record<string, number> {
    const bars = new Map(this.#until(t, 'kline').map((bar) => [bar.ts_event / H, bar]));
    const newest = Math.max(...bars.keys());
    if (bars.size === 0 || t - newest * H > 3 * H) return { parkinson_24h: none, vadr: none, quote_volume_24h: none };
    const back = (from: number, count: number): Of<'kline'>[] => {
      return Array.from({ length: count }, (_, i) => bars.get(newest - from - i)).filter((bar) => bar !== undefined);
    };
    const day = back(0, 24);
    const move = (bar: Of<'kline'>): number => ((bar.high - bar.low) / bar.close) * Math.sqrt(bar.quote_volume ?? none);
    const before = back(1, 24)
      .map(move)
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
    const median = (before[(before.length - 1) >> 1]! + before[before.length >> 1]!) / 2;
    return {
      parkinson_24h:
        day.length === 24
          ? Math.sqrt(total(day.map((b) => Math.log(b.high / b.low) ** 2)) / (4 * 24 * Math.log(2))) * Math.sqrt(8760)
          : none,
      vadr: before.length >= 20 && median > 0 ? move(bars.get(newest)!) / median : none,
      quote_volume_24h: day.length === 24 ? total(day.map((bar) => bar.quote_volume ?? none)) : none,
    };
  }

  #volatility(t: number): number {
    const first = this.#events.find(({ type }) => type === 'book_top')?.available_at ?? t;
    const returns: { at: number; r: number }[] = [];
    for (let minute = Math.ceil(first / MIN); minute * MIN <= t; minute++) {
      const r = Math.log(this.mid(minute * MIN) / this.mid((minute - 1) * MIN));
      if (Number.isFinite(r) && (minute - 1) * MIN >= first) returns.push({ at: minute * MIN, r });
    }
    if (returns.length < 30 || t - returns.at(-1)!.at > 3 * MIN) return none;
    const decay = 2 ** (-1 / 30);
    let v = total(returns.slice(0, 30).map(({ r }) => r * r)) / 30;
    for (const { r } of returns.slice(30)) v = decay * v + (1 - decay) * r * r;
    return Math.sqrt(v) * Math.sqrt(525_600);
  }

  #derivative(t: number): Record<string, number> {
    const { params } = { params: this.#params };
    const rate = this.funding8h(t);
    const day = params.z.day_window;
    const oi = (at: number): number => this.oiUsd(at);
    const five = this.liquidated(t, 5 * MIN);
    const hour = this.liquidated(t, H);
    return {
      mark_price: this.#mark(t),
      funding_8h: rate,
      funding_apr: (rate / 8) * 24 * 365,
      funding_z: this.#fundingZ(t, rate),
      oi_base: this.oiBase(t),
      oi_usd: this.oiUsd(t),
      oi_z_24h: this.z(t, MIN, day, oi),
      global_ls_ratio: this.ratio(t, 'accounts'),
      top_acc_ls_ratio: this.ratio(t, 'top_accounts'),
      top_pos_ls_ratio: this.ratio(t, 'top_positions'),
      global_ls_z: this.z(t, MIN, day, (at) => this.ratio(at, 'accounts')),
      top_pos_ls_z: this.z(t, MIN, day, (at) => this.ratio(at, 'top_positions')),
      liq_long_usd_5m: five.long,
      liq_short_usd_5m: five.short,
      liq_long_usd_1h: hour.long,
      liq_short_usd_1h: hour.short,
    };
  }

  #fundingZ(t: number, rate: number): number {
    const settled = new Map(this.#until(t, 'funding_settled').map((e) => [Math.round(e.ts_event / MIN), e]));
    const rates = [...settled]
      .toSorted(([a], [b]) => a - b)
      .slice(-30)
      .map(([, e]) => (e.rate! * 8 * H) / e.interval_ms!);
    if (rates.length < 10 || Number.isNaN(rate)) return none;
    const mean = total(rates) / rates.length;
    const deviation = Math.sqrt(total(rates.map((x) => (x - mean) ** 2)) / rates.length);
    return deviation < 1e-8 ? 0 : (rate - mean) / deviation;
  }

  #mark(t: number): number {
    const mark = this.#newest(t, 'mark', (e) => e.mark_price !== null);
    return mark !== undefined && t - mark.available_at <= 10 * S ? mark.mark_price! : none;
  }

  #usd(e: Of<'trade'> | Of<'liquidation'>): number {
    if (e.unit === 'usd') return e.qty;
    if (e.unit === 'base') return e.qty * e.price;
    return this.#spec.settle === 'inverse' ? e.qty * this.#spec.contract_size : e.qty * this.#spec.contract_size * e.price;
  }

  #until<T extends MarketEventType>(t: number, type: T): Of<T>[] {
    return this.#events.filter((e) => e.type === type && e.available_at <= t) as Of<T>[];
  }

  /** Newest by event time, a later statement of the same time winning. */
  #newest<T extends MarketEventType>(t: number, type: T, only: (e: Of<T>) => boolean = () => true): Of<T> | undefined {
    const known: (Of<T> & MarketEvent)[] = this.#until(t, type).filter(only);
    return known.toSorted((a, b) => a.ts_event - b.ts_event).at(-1);
  }

  /** Newest by arrival; nothing of a book after it was lost. */
  #stream<T extends 'book_top' | 'book_depth'>(t: number, type: T): Of<T> | undefined {
    const lost = this.#until(t, 'book_state').findLast((e) => !e.live);
    const newest = this.#until(t, type).at(-1);
    return lost !== undefined && newest !== undefined && (newest as MarketEvent).available_at <= lost.available_at
      ? undefined
      : newest;
  }
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
