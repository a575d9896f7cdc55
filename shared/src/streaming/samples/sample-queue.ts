import type { MarketSample, MinuteBar } from '../../contracts/market-samples.ts';

/** Rows that are written together. */
export interface SampleBatch {
  readonly samples: readonly MarketSample[];
  readonly bars: readonly MinuteBar[];
}

/**
 * Rows that wait for the store, bounded. When it is full the oldest light row goes: a sample, of which another comes soon and which
 * the cold tier has too. Bars go only when there is nothing else (quant spec §9.2, queues).
 */
export class SampleQueue {
  readonly most: number;
  droppedSamples = 0;
  droppedBars = 0;
  #samples: MarketSample[] = [];
  #bars: MinuteBar[] = [];

  constructor(most: number) {
    this.most = most;
  }

  get size(): number {
    return this.#samples.length + this.#bars.length;
  }

  push(samples: readonly MarketSample[], bars: readonly MinuteBar[]): void {
    this.#samples.push(...samples);
    this.#bars.push(...bars);
    this.#shrink();
  }

  /** Up to `most` rows, bars before samples, each oldest first. */
  take(most: number): SampleBatch {
    const bars = this.#bars.splice(0, most);
    return { bars, samples: this.#samples.splice(0, most - bars.length) };
  }

  /** Rows that were taken and could not be written wait again, before all others. */
  putBack({ samples, bars }: SampleBatch): void {
    this.#samples = [...samples, ...this.#samples];
    this.#bars = [...bars, ...this.#bars];
    this.#shrink();
  }

  #shrink(): void {
    const samples = Math.min(this.size - this.most, this.#samples.length);
    if (samples > 0) this.droppedSamples += this.#samples.splice(0, samples).length;
    const bars = this.size - this.most;
    if (bars > 0) this.droppedBars += this.#bars.splice(0, bars).length;
  }
}
