import type { KlineEvent, TradeEvent } from '../../contracts/market-events/trade-events.ts';
import type { Judged, LiveQuality } from '../../market/live-quality/live-quality.ts';
import type { QualityMessage } from '../../market/live-quality/series-verdicts.ts';
import { type StreamName, streamName } from '../instrument-source.ts';
import type { ClosedBar } from './bar-builder.ts';
import type { DerivativeSample } from './derivative-samples.ts';
import type { SampledBook } from './micro-sampler.ts';

/**
 * Marks what is composed by what its validation found (data platform spec §6): a rejected record goes on as `suspect`, so that no
 * consumer takes it for live and the cold writer puts it to `quarantine`; whatever was found is in `reasons`. Null stands for a record
 * that no payload can hold: its text goes on as a message of `data-quality`.
 */
export class LiveJudge {
  readonly #quality: LiveQuality;
  readonly #names = new Map<string, StreamName>();

  constructor(quality: LiveQuality) {
    this.#quality = quality;
  }

  print(trade: TradeEvent): TradeEvent | null {
    return marked(trade, this.#quality.judgePrint(this.#nameOf(trade.instrument), trade));
  }

  /** The prints of an instrument leave together. */
  batch(instrument: string): void {
    this.#quality.closePrints(this.#nameOf(instrument));
  }

  bars(closed: readonly ClosedBar[], nowMs: number): readonly ClosedBar[] {
    if (closed.length === 0) return closed;
    const pairs = closed.map(({ instrument, bar }) => ({ pair: this.#nameOf(instrument), bar }));
    const judged = this.#quality.judgeBars(pairs, nowMs);
    return closed.flatMap((one, at) => {
      const bar = marked(one.bar, judged[at]!);
      return bar === null ? [] : [{ ...one, bar }];
    });
  }

  /** A bar of the venue's own: live unless its pair is not believed. */
  kline(event: KlineEvent): KlineEvent {
    const isHeld = this.#quality.pairs.isHeld(this.#nameOf(event.instrument));
    return isHeld ? marked(event, { isRejected: true, isRefused: false, reasons: ['pair_quarantined'] })! : event;
  }

  sample(event: DerivativeSample): DerivativeSample | null {
    return marked(event, this.#quality.judgeSample(this.#nameOf(event.instrument), event));
  }

  book({ instrument, sample }: SampledBook): void {
    this.#quality.noteSpread(this.#nameOf(instrument), sample.spread_bps);
  }

  messages(nowMs: number): readonly QualityMessage[] {
    return this.#quality.messages(nowMs);
  }

  #nameOf(instrument: string): StreamName {
    const known = this.#names.get(instrument) ?? streamName(instrument);
    this.#names.set(instrument, known);
    return known;
  }
}

function marked<T extends object>(record: T, { isRejected, isRefused, reasons }: Judged): T | null {
  if (isRefused) return null;
  if (reasons.length === 0) return record;
  return { ...record, ...(isRejected ? { quality: 'suspect' } : {}), reasons };
}
