import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { binanceSpotRule } from '#shared/market/book-sync/venue-rules.ts';
import { binanceDepthReply, binanceStream } from '#shared/market/venues/binance/syntax.ts';
import { bookDepthEvent, bookTopEvent, type EventStamp } from '#shared/quant/book-sample.ts';
import { NaiveBook, type NaiveLevel } from '../../market/book/naive-book.ts';
import { FeedRun } from '../../recordings/feed-run.ts';
import { ticks } from '../../recordings/recorded-data.ts';
import { event } from './events.ts';

export const TICK_ID = 'ETH-USDT.spot@binance';

interface Update {
  readonly e?: string;
  readonly u: number;
  readonly b: readonly (readonly [string, string])[];
  readonly a: readonly (readonly [string, string])[];
  readonly p: string;
  readonly q: string;
  readonly m: boolean;
  readonly T: number;
  readonly t: number;
}

export interface TickSession {
  /** What our books and the trades of the recording say, as market events. */
  readonly events: readonly MarketEvent[];
  /** The judge's book at the time of every depth event: prices and sizes as numbers. */
  readonly judged: readonly { readonly bids: NaiveLevel[]; readonly asks: NaiveLevel[] }[];
}

/** Replays five minutes of Binance spot: a top after every book frame, sums once a second, every trade. */
export function tickSession(): TickSession {
  const instruments = [{ symbol: 'ETHUSDT', priceDecimals: 2, sizeDecimals: 4 }];
  const run = new FeedRun({ instruments, syntax: binanceStream(), rule: binanceSpotRule });
  const judge = new NaiveJudge();
  const events: MarketEvent[] = [];
  const judged: TickSession['judged'][number][] = [];
  let second = 0;
  for (const { text, tsRecvMs } of ticks('spot-ethusdt_20240808.gz')) {
    const nowMs = Math.floor(tsRecvMs!);
    judge.on(text);
    if (text.startsWith('{"lastUpdateId"')) run.reply(text, binanceDepthReply('ETHUSDT'), nowMs);
    else if (run.frame(text, nowMs) !== 'books') {
      events.push(...tradesOf(text, nowMs));
      continue;
    }
    const { book } = run.book('ETHUSDT').read();
    if (book === null) continue;
    const times = { ts_event: nowMs, ts_recv: nowMs, available_at: nowMs, quality: 'live', raw_ref: 'recorded' } as const;
    const stamp: EventStamp = { venue: 'binance', instrument: TICK_ID, ...times };
    const terms = { contractSize: 1, inverse: false };
    events.push(bookTopEvent(book, terms, stamp)!);
    if (Math.floor(nowMs / 1000) === second) continue;
    second = Math.floor(nowMs / 1000);
    events.push(bookDepthEvent(book, terms, stamp));
    judged.push({ bids: judge.book.bids(), asks: judge.book.asks() });
  }
  return { events, judged };
}

/** The recording's book by the rule of the venue's manual, with nothing of ours. */
class NaiveJudge {
  readonly book = new NaiveBook(Number.POSITIVE_INFINITY);
  #lastId = -1;
  #early: Update[] = [];

  on(text: string): void {
    const json = JSON.parse(text) as { lastUpdateId?: number; bids: Update['b']; asks: Update['a']; data?: Update };
    if (json.lastUpdateId !== undefined) {
      this.#lastId = json.lastUpdateId;
      this.book.load(levels(json.bids), levels(json.asks));
      for (const update of this.#early) this.#apply(update);
      this.#early = [];
    } else if (json.data?.e === 'depthUpdate') {
      if (this.#lastId < 0) this.#early.push(json.data);
      else this.#apply(json.data);
    }
  }

  #apply(update: Update): void {
    if (update.u > this.#lastId) this.book.apply(levels(update.b), levels(update.a));
  }
}

function levels(texts: Update['b']): NaiveLevel[] {
  return texts.map(([price, size]) => [Number(price), Number(size)]);
}

function tradesOf(text: string, nowMs: number): readonly MarketEvent[] {
  const { data } = JSON.parse(text) as { data?: Update };
  if (data?.e !== 'trade') return [];
  const side = data.m ? 'sell' : 'buy';
  const fields = { unit: 'base', trade_id: String(data.t), price: Number(data.p), qty: Number(data.q), side } as const;
  return [event('trade', TICK_ID, { ts_event: data.T, available_at: nowMs }, fields)];
}
