import type { QualityFinding } from './finding.ts';
import { MIN_VALUES } from './modified-z.ts';
import { ValueWindow } from './value-window.ts';

const MOST_BPS = 200;
const MOST_MEANS = 3;

/** Spreads of one book at whole seconds: wide ones, and wide ones for it. */
export class SpreadWatch {
  readonly #spreads = new ValueWindow();

  judge(spreadBps: number | null): readonly QualityFinding[] {
    if (spreadBps === null || !Number.isFinite(spreadBps)) return [];
    const isUnusual = this.#spreads.count >= MIN_VALUES && spreadBps > MOST_MEANS * this.#spreads.mean();
    this.#spreads.push(spreadBps);
    if (spreadBps <= MOST_BPS && !isUnusual) return [];
    return [{ check: 'wide_spread', level: 'warning', field: 'spread_bps', observed: spreadBps }];
  }
}
