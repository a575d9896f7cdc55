import type { MarkEvent } from '../../contracts/market-events/derivative-events.ts';
import type { MarketEvent } from '../../contracts/market-events/market-event.ts';
import type { KlineEvent, TradeEvent } from '../../contracts/market-events/trade-events.ts';
import { MARKET_TOPICS, type MarketTopic } from '../../contracts/names.ts';
import type { EnvelopeType, StreamEnvelope } from '../../contracts/stream-envelope.ts';
import { formatInstantNs, nsOfMs } from '../../core/instant-ns.ts';
import { utf8 } from '../../core/text-bytes.ts';
import type { QualityMessage } from '../../market/live-quality/series-verdicts.ts';
import type { Blake3 } from '../../ports/blake3.ts';
import { sealEnvelope } from '../envelope/seal-envelope.ts';
import { type StreamName, streamName } from '../instrument-source.ts';
import { BarBuilder, type BarCounters, type ClosedBar, type ContractOf } from './bar-builder.ts';
import { type DerivativeSample, DerivativeSamples } from './derivative-samples.ts';
import type { LiveJudge } from './live-judge.ts';
import { MicroSampler, type SampledBook } from './micro-sampler.ts';
import { type PrintBatch, TradeBatches } from './trade-batches.ts';

/** An envelope with the topic it goes to. */
export interface Outgoing {
  readonly topic: MarketTopic;
  readonly envelope: StreamEnvelope;
  /** What it is ordered by; absent = `venue:symbol`. */
  readonly orderingKey?: string;
}

/** Sees what was composed, in this process, before it becomes an envelope. Its functions take microseconds and never throw. */
export interface ComposerListener {
  onSample(sampled: SampledBook): void;
  /** A bar that may be taken for live; a suspect one goes to the bus alone. */
  onBar(closed: ClosedBar): void;
  onMark(mark: MarkEvent): void;
  /** Everything that was due at `nowMs` was told. */
  onDue(nowMs: number): void;
}

export interface ComposerOptions {
  readonly blake3: Blake3;
  readonly contractOf: ContractOf;
  /** Region of this process, `local` where there is none. */
  readonly region: string;
  /** Fencing token of the lease that this process holds, 0 without one. */
  readonly leaseEpoch: number;
  /** Absent = nobody listens. */
  readonly listener?: ComposerListener;
  /** Validates records before they are composed; absent = all pass. */
  readonly judge?: LiveJudge;
}

/**
 * Turns market events into sealed envelopes: books into samples of each second, prints into batches and one-minute bars, values of
 * derivatives thinned out (data platform spec §3). Same events, same envelopes: it sees only the times that it is given.
 */
export class EnvelopeComposer {
  readonly #options: ComposerOptions;
  readonly #books = new MicroSampler();
  readonly #prints = new TradeBatches();
  readonly #bars: BarBuilder;
  readonly #derivatives = new DerivativeSamples();
  readonly #sequences = new Map<string, number>();
  #ready: Outgoing[] = [];

  constructor(options: ComposerOptions) {
    this.#options = options;
    this.#bars = new BarBuilder(options.contractOf);
  }

  get barCounters(): Readonly<BarCounters> {
    return this.#bars.counters;
  }

  /** Takes one event; what was due before it is composed first, so that no sample sees the future. */
  push(event: MarketEvent): void {
    switch (event.type) {
      case 'book_top':
      case 'book_depth':
      case 'book_state':
        this.#compose(this.#books.due(event.ts_recv), (sampled) => this.#sample(sampled));
        this.#books.push(event);
        return;
      case 'trade':
        this.#print(event);
        return;
      case 'trade_gap':
        this.#bars.lost(event.instrument);
        this.#prints.push(event);
        return;
      case 'kline':
        this.#ready.push(this.#kline(this.#options.judge?.kline(event) ?? event));
        return;
      case 'venue_health':
        return;
      case 'mark':
        this.#options.listener?.onMark(event);
        this.#derivatives.push(event);
        return;
      case 'basis':
      case 'funding':
      case 'funding_settled':
      case 'open_interest':
      case 'long_short':
      case 'liquidation':
      case 'liquidation_stats':
      case 'taker_volume':
        this.#derivatives.push(event);
    }
  }

  /** What is due at `nowMs`, in the order of its topics and instruments. */
  due(nowMs: number): readonly Outgoing[] {
    this.#compose(this.#books.due(nowMs), (sampled) => this.#sample(sampled));
    this.#compose(this.#prints.due(nowMs), (batch) => this.#batch(batch));
    const bars = this.#bars.due(nowMs);
    this.#compose(this.#options.judge?.bars(bars, nowMs) ?? bars, (closed) => this.#bar(closed));
    this.#compose(this.#derivatives.due(nowMs), (event) => this.#derivative(event));
    this.#compose(this.#options.judge?.messages(nowMs) ?? [], (found) => this.#finding(found));
    this.#options.listener?.onDue(nowMs);
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  /** The same, and everything that still waits for company or its turn: for a stop. */
  flush(nowMs: number): readonly Outgoing[] {
    const due = this.due(nowMs);
    this.#compose(this.#prints.due(Number.POSITIVE_INFINITY), (batch) => this.#batch(batch));
    this.#compose(this.#derivatives.due(Number.POSITIVE_INFINITY), (event) => this.#derivative(event));
    this.#compose(this.#options.judge?.messages(nowMs) ?? [], (found) => this.#finding(found));
    const rest = this.#ready;
    this.#ready = [];
    return [...due, ...rest];
  }

  #compose<T>(found: readonly T[], compose: (one: T) => Outgoing | null): void {
    for (const one of found) {
      const outgoing = compose(one);
      if (outgoing !== null) this.#ready.push(outgoing);
    }
  }

  /** A print that is not believed counts for no bar, and neither does its minute. */
  #print(trade: TradeEvent): void {
    const { judge } = this.#options;
    const judged = judge === undefined ? trade : judge.print(trade);
    if (judged === null) this.#bars.lost(trade.instrument);
    else {
      this.#bars.push(judged);
      this.#prints.push(judged);
    }
  }

  #sample(sampled: SampledBook): Outgoing {
    this.#options.listener?.onSample(sampled);
    this.#options.judge?.book(sampled);
    const { instrument, sample, tops, recvMs } = sampled;
    return this.#outgoing('book', 'micro_sample', { sample, tops }, instrument, sample.ts, recvMs);
  }

  #batch({ instrument, events }: PrintBatch): Outgoing {
    this.#options.judge?.batch(instrument);
    const { ts_event, ts_recv } = events.at(-1)!;
    return this.#outgoing('trades', 'trades', { events }, instrument, ts_event, ts_recv);
  }

  #bar(closed: ClosedBar): Outgoing {
    const { instrument, bar } = closed;
    if (bar.quality === undefined) this.#options.listener?.onBar(closed);
    return this.#outgoing('bars', 'bar', bar, instrument, bar.ts, bar.available_at);
  }

  #kline(event: KlineEvent): Outgoing {
    return this.#outgoing('bars', event.type, event, event.instrument, event.ts_event, event.ts_recv);
  }

  #derivative(event: DerivativeSample): Outgoing | null {
    const { judge } = this.#options;
    const judged = judge === undefined ? event : judge.sample(event);
    if (judged === null) return null;
    return this.#outgoing('derivs', judged.type, judged, judged.instrument, judged.ts_event, judged.ts_recv);
  }

  /** What the validation found: in the order of its table. */
  #finding({ pair, message }: QualityMessage): Outgoing {
    const line = `${message.table} ${pair.source}:${pair.symbol}`;
    const envelope = this.#sealed(line, 'data_quality', message, pair, message.ts, message.ts);
    return { topic: MARKET_TOPICS.quality, envelope, orderingKey: message.table };
  }

  #outgoing(
    kind: keyof typeof MARKET_TOPICS,
    type: EnvelopeType,
    payload: object,
    instrument: string,
    tsMs: number,
    recvMs: number,
  ): Outgoing {
    const name = streamName(instrument);
    const line = `${kind} ${name.source}:${name.symbol}`;
    return { topic: MARKET_TOPICS[kind], envelope: this.#sealed(line, type, payload, name, tsMs, recvMs) };
  }

  /** `line` is what `seq` counts. */
  #sealed(
    line: string,
    type: EnvelopeType,
    payload: object,
    { source, symbol }: StreamName,
    tsMs: number,
    recvMs: number,
  ): StreamEnvelope {
    const { blake3, region, leaseEpoch } = this.#options;
    const seq = (this.#sequences.get(line) ?? 0) + 1;
    this.#sequences.set(line, seq);
    const attributes = {
      type,
      schema_id: `${type}.v1`,
      seq,
      recv_ts: formatInstantNs(nsOfMs(recvMs)),
      region,
      lease_epoch: leaseEpoch,
    };
    const content = { tsNs: nsOfMs(tsMs), source, symbol, payload: utf8(JSON.stringify(payload)), attributes };
    return sealEnvelope(blake3, content);
  }
}
