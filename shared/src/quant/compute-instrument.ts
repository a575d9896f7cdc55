import type { QuantParams } from '../contracts/quant-params.ts';
import { computeDerivative, type DerivativeContext } from './compute-derivative.ts';
import { INSTRUMENT_PLACE as P } from './dictionary.ts';
import type { BarFigures, InstrumentSeat } from './instrument-seat.ts';
import type { InstrumentState } from './instrument-state.ts';
import { changePct, driftBps, imbalance, microprice, midPrice, spreadBps } from './metrics/book.ts';
import { takerRatio } from './metrics/flow.ts';
import { venueHealth } from './metrics/venue-health.ts';
import { isUsable } from './quality.ts';
import type { SlotWriter } from './slot-writer.ts';
import { FLAGS } from './tick-frame.ts';

const MINUTE_MS = 60_000;
const DELTA_PLACES = [P.depth_delta_usd_10, P.depth_delta_usd_25, P.depth_delta_usd_100] as const;
const CHANGE_PLACES = [P.depth_chg_pct_10, P.depth_chg_pct_25, P.depth_chg_pct_100] as const;
/** Value of the ±2 % band in a depth sample. */
const WIDE = 2 + 3 * DELTA_PLACES.length;

/** What a tick needs beside the instrument's own memory. */
export interface InstrumentContext extends DerivativeContext {
  readonly params: QuantParams;
  readonly tickTs: number;
  /** Number of the tick since the epoch. */
  readonly tick: number;
  readonly epoch: number;
}

/** Writes every metric of one instrument at one tick, and moves on what the instrument remembers per tick, minute and hour. */
export function computeInstrument(seat: InstrumentSeat, out: SlotWriter, context: InstrumentContext): void {
  const { state, bars } = seat;
  computeTop(state, out, context);
  computeDepth(state, out, context);
  computeFlow(state, out, context);
  computeBars(state, out, bars, context);
  const { health } = state;
  out.of(health, P.venue_health).put(P.venue_health, healthOf(state, context.params));
  if (state.derivative !== null) computeDerivative(seat, state.derivative, out, context);
}

function computeTop(state: InstrumentState, out: SlotWriter, { params, tickTs }: InstrumentContext): void {
  const { trade, top } = state;
  const bid = top.value(0);
  const ask = top.value(2);
  const mid = midPrice(bid, ask);
  out.of(trade, P.price).put(P.price, trade.value(0));
  out.of(top, P.mid).put(P.mid, mid);
  out.put(P.microprice, microprice(bid, top.value(1), ask, top.value(3)));
  out.put(P.spread_bps, spreadBps(bid, ask));
  out.put(P.spread_bps_60s, state.spreadMean.at(tickTs));
  const recent = tickTs - trade.availableAt <= params.windows_ms.drift;
  out.and(trade, P.drift_bps).put(P.drift_bps, recent ? driftBps(mid, trade.value(0)) : Number.NaN);
  if (tickTs % MINUTE_MS === 0) state.minuteVolatility.onMinute(tickTs / MINUTE_MS, out.usable(P.mid));
  out.at(state.minuteVolatility.updatedMs, P.volatility).put(P.volatility, state.minuteVolatility.value);
}

function computeDepth(state: InstrumentState, out: SlotWriter, context: InstrumentContext): void {
  const { depth } = state;
  out.of(depth, P.imbalance).put(P.imbalance, imbalance(depth.value(0), depth.value(1)));
  for (let band = 0; band < DELTA_PLACES.length; band++) computeBand(state, out, band, context);
  state.depthTimes.push(context.tick, depth.availableAt);
  computeWideBand(state, out);
}

function computeBand(state: InstrumentState, out: SlotWriter, band: number, context: InstrumentContext): void {
  const { depth } = state;
  const { tick, params } = context;
  const bid = depth.value(2 + 3 * band);
  const ask = depth.value(3 + 3 * band);
  const flags = depth.value(4 + 3 * band) === 1 ? FLAGS.truncated : 0;
  const before = tick - params.windows_ms.depth_change / params.tick_ms;
  const apart = depth.availableAt - state.depthTimes.at(before) - params.windows_ms.depth_change;
  const history = state.depthHistory[band]!;
  const known = Math.abs(apart) <= params.depth_change_tolerance_ms ? history.at(before) : Number.NaN;
  inDollars(state, out.of(depth, DELTA_PLACES[band]!)).put(DELTA_PLACES[band]!, worth(state, bid - ask), flags);
  out.of(depth, CHANGE_PLACES[band]!).put(CHANGE_PLACES[band]!, changePct(bid + ask, known), flags);
  history.push(tick, isUsable(out.frame.quality(out.base + CHANGE_PLACES[band]!)) ? bid + ask : Number.NaN);
}

/** Sides to the cent as the book sums them, the total in whole dollars (market data spec §8.1). */
function computeWideBand(state: InstrumentState, out: SlotWriter): void {
  const { depth } = state;
  const bid = worth(state, depth.value(WIDE));
  const ask = worth(state, depth.value(WIDE + 1));
  const flags = depth.value(WIDE + 2) === 1 ? FLAGS.truncated : 0;
  inDollars(state, out.of(depth, P.depth_2pct_bid_usd)).put(P.depth_2pct_bid_usd, bid, flags);
  out.put(P.depth_2pct_ask_usd, ask, flags);
  out.put(P.depth_2pct_total_usd, Math.round(bid + ask), flags);
  out.put(P.depth_2pct_min_usd, Math.min(bid, ask), flags);
}

function computeFlow(state: InstrumentState, out: SlotWriter, { params, tickTs }: InstrumentContext): void {
  const { trade, takerFlow, takerVenue, cvd } = state;
  takerFlow.sum(tickTs, params.windows_ms.taker);
  const buy = worth(state, takerFlow.first);
  const sell = worth(state, takerFlow.second);
  inDollars(state, out.of(trade, P.taker_buy_usd)).put(P.taker_buy_usd, buy);
  out.put(P.taker_sell_usd, sell);
  out.put(P.taker_buy_sell_ratio, takerRatio(buy, sell, params.floors_usd.taker_total));
  out.put(P.cvd, worth(state, cvd.at(tickTs)), cvd.hasGap(tickTs) ? FLAGS.gap : 0);
  const venueRatio = takerRatio(takerVenue.value(0), takerVenue.value(1), 0);
  out.of(takerVenue, P.taker_ratio_venue).put(P.taker_ratio_venue, venueRatio);
}

function computeBars(state: InstrumentState, out: SlotWriter, known: BarFigures, { params, epoch }: InstrumentContext): void {
  const { bars } = state;
  if (known.version !== bars.version || known.epoch !== epoch) {
    known.version = bars.version;
    known.epoch = epoch;
    known.parkinson = bars.parkinson24h();
    known.vadr = bars.vadr(params.vadr.bars, params.vadr.min_bars);
    known.quoteVolume = bars.quoteVolume24h();
  }
  out.at(bars.newestMs, P.parkinson_24h).put(P.parkinson_24h, known.parkinson);
  out.put(P.vadr, known.vadr, Number.isNaN(known.vadr) ? FLAGS.frozen : 0);
  out.put(P.quote_volume_24h, known.quoteVolume);
}

function healthOf({ health }: InstrumentState, params: QuantParams): number {
  const counts = {
    samples: health.value(0),
    rejects: health.value(1),
    errors: health.value(2),
    latency_p99_ms: health.value(3),
    heartbeat_gap_ms: health.value(4),
  };
  return venueHealth(counts, params.venue_health);
}

/** A stablecoin counts as a dollar and says so. */
function inDollars(state: InstrumentState, out: SlotWriter): SlotWriter {
  return state.dollars === 'stable' ? out.converted() : out;
}

function worth(state: InstrumentState, amount: number): number {
  return state.dollars === 'none' ? Number.NaN : amount;
}
