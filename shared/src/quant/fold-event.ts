import type { BookDepthEvent, BookTopEvent } from '../contracts/market-events/book-events.ts';
import type { MarketEvent, VenueHealthEvent } from '../contracts/market-events/market-event.ts';
import type { TakerVolumeEvent, TradeEvent } from '../contracts/market-events/trade-events.ts';
import type { QuantParams } from '../contracts/quant-params.ts';
import type { EngineMemory } from './engine-memory.ts';
import { orNaN } from './finite.ts';
import { foldDerivativeEvent } from './fold-derivative-event.ts';
import { DELTA_BANDS_BPS, type InstrumentMemory, WIDE_BAND_BPS } from './instrument-memory.ts';
import type { InstrumentSeat } from './instrument-seat.ts';
import { spreadBps } from './metrics/book.ts';
import { isUsable, MISSING, SUSPECT, sourceCode } from './quality.ts';
import type { SampleTable } from './state/sample-table.ts';
import { tradeUsd } from './trade-usd.ts';

const BANDS_BPS: readonly number[] = [...DELTA_BANDS_BPS, WIDE_BAND_BPS];

/** Takes one event into the rows of its instrument. Never throws; a number that is none makes its sample suspect. */
export function foldEvent(memory: EngineMemory, seat: InstrumentSeat, event: MarketEvent, params: QuantParams): void {
  const { instruments, derivatives } = memory;
  const { row } = seat;
  switch (event.type) {
    case 'trade':
      onTrade(instruments, seat, event);
      break;
    case 'book_top':
      onTop(instruments, row, event);
      break;
    case 'book_depth':
      onDepth(instruments.depth, row, event);
      break;
    case 'book_state':
      if (!event.live) onBookLost(instruments, row, event);
      break;
    case 'trade_gap':
      instruments.cvd.lost(row, event.ts_event);
      break;
    case 'kline':
      if (isUsable(sourceCode(event.quality))) instruments.bars.add(row, event);
      break;
    case 'taker_volume':
      onTakerVolume(instruments.takerVenue, row, event);
      break;
    case 'venue_health':
      onHealth(instruments.health, row, event);
      break;
    case 'mark':
    case 'basis':
    case 'funding':
    case 'funding_settled':
    case 'open_interest':
    case 'long_short':
    case 'liquidation':
    case 'liquidation_stats':
      if (!seat.isSpot) foldDerivativeEvent(derivatives, seat, event, params);
  }
}

function onTrade({ trade, takerFlow, cvd }: InstrumentMemory, seat: InstrumentSeat, event: TradeEvent): void {
  const { row } = seat;
  if (trade.takes(row, event)) trade.set(row, 0, event.price);
  const usd = tradeUsd(seat, event.price, event.qty, event.unit);
  if (!(usd > 0) || !isUsable(sourceCode(event.quality))) return;
  const bought = event.side === 'buy' ? usd : 0;
  takerFlow.add(row, event.ts_event, bought, usd - bought);
  cvd.add(row, event.ts_event, event.side === 'buy' ? usd : -usd);
}

function onTop({ top, spreads }: InstrumentMemory, row: number, event: BookTopEvent): void {
  if (!top.takesNext(row, event)) return;
  top.set(row, 0, event.bid);
  top.set(row, 1, event.bid_size);
  top.set(row, 2, event.ask);
  top.set(row, 3, event.ask_size);
  if (!(event.bid < event.ask)) top.degrade(row, SUSPECT);
  spreads.set(row, event.available_at, spreadBps(event.bid, event.ask));
}

function onDepth(depth: SampleTable, row: number, event: BookDepthEvent): void {
  if (!depth.takesNext(row, event)) return;
  depth.set(row, 0, event.best_bid);
  depth.set(row, 1, event.best_ask);
  for (let i = 0; i < BANDS_BPS.length; i++) {
    const band = event.bands.find(({ bps }) => bps === BANDS_BPS[i]);
    depth.set(row, 2 + 3 * i, band?.bid ?? null);
    depth.set(row, 3 + 3 * i, band?.ask ?? null);
    depth.set(row, 4 + 3 * i, band !== undefined && (band.bid_truncated || band.ask_truncated) ? 1 : 0);
  }
}

/** Nothing of a book that is not provably right may be used, from this very moment. */
function onBookLost({ top, depth, spreads }: InstrumentMemory, row: number, event: MarketEvent): void {
  for (const samples of [top, depth]) if (samples.takesNext(row, event)) samples.degrade(row, MISSING);
  spreads.set(row, event.available_at, Number.NaN);
}

function onTakerVolume(takerVenue: SampleTable, row: number, event: TakerVolumeEvent): void {
  if (!takerVenue.takes(row, event)) return;
  takerVenue.set(row, 0, event.buy);
  takerVenue.set(row, 1, event.sell);
  if (!(orNaN(event.buy) > 0 && orNaN(event.sell) > 0)) takerVenue.degrade(row, MISSING);
}

function onHealth(health: SampleTable, row: number, event: VenueHealthEvent): void {
  if (!health.takes(row, event)) return;
  health.set(row, 0, event.samples);
  health.set(row, 1, event.rejects);
  health.set(row, 2, event.errors);
  health.set(row, 3, event.latency_p99_ms ?? 0);
  health.set(row, 4, event.heartbeat_gap_ms ?? 0);
}
