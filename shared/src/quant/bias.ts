import type { QuantParams } from '../contracts/quant-params.ts';
import type { BiasLabel } from '../contracts/quant-rows.ts';

export interface BiasState {
  readonly label: BiasLabel;
  /** The other state that the last ticks asked for, and how many of them in a row. */
  readonly wanted: BiasLabel;
  readonly ticks: number;
  /** Null scores in a row. */
  readonly nulls: number;
}

export const FIRST_BIAS: BiasState = { label: 'neutral', wanted: 'neutral', ticks: 0, nulls: 0 };

/** Labels; the place of each is its code where states are kept as numbers. */
export const BIAS_LABELS: readonly BiasLabel[] = ['neutral', 'long', 'short', 'unknown'];

const NEUTRAL = 0;
const LONG = 1;
const SHORT = 2;
const UNKNOWN = 3;

/** Numbers of a state that is kept as such: codes of label and wanted label, ticks, nulls. */
export const BIAS_WIDTH = 4;

/** The label after one more score, NaN for null: directions need several ticks, staying needs less than entering (quant spec §4.2). */
export function nextBias(state: BiasState, score: number, params: QuantParams['bias']): BiasState {
  const row = new Float64Array(BIAS_WIDTH);
  putBias(row, 0, state);
  advanceBias(row, 0, score, params);
  return { label: BIAS_LABELS[row[0]!]!, wanted: BIAS_LABELS[row[1]!]!, ticks: row[2]!, nulls: row[3]! };
}

/** Writes a state as numbers. */
export function putBias(states: Float64Array, at: number, { label, wanted, ticks, nulls }: BiasState): void {
  states[at] = BIAS_LABELS.indexOf(label);
  states[at + 1] = BIAS_LABELS.indexOf(wanted);
  states[at + 2] = ticks;
  states[at + 3] = nulls;
}

/** Moves a state that is kept as numbers on by one score. */
export function advanceBias(states: Float64Array, at: number, score: number, params: QuantParams['bias']): void {
  if (Number.isNaN(score)) {
    afterNull(states, at, params.unknown_after_nulls);
    return;
  }
  const known = states[at]!;
  const label = known === UNKNOWN ? NEUTRAL : known;
  const wanted = wantedLabel(label, score, params);
  const ticks = wanted === label ? 0 : states[at + 1] === wanted && known === label ? states[at + 2]! + 1 : 1;
  const isConfirmed = ticks >= params.confirm_ticks;
  states[at] = isConfirmed ? wanted : label;
  states[at + 1] = wanted;
  states[at + 2] = isConfirmed ? 0 : ticks;
  states[at + 3] = 0;
}

function afterNull(states: Float64Array, at: number, unknownAfter: number): void {
  const nulls = states[at + 3]! + 1;
  if (nulls >= unknownAfter) states[at] = UNKNOWN;
  states[at + 1] = states[at]!;
  states[at + 2] = 0;
  states[at + 3] = nulls;
}

function wantedLabel(label: number, score: number, { enter, stay }: QuantParams['bias']): number {
  if (score >= enter) return LONG;
  if (score <= -enter) return SHORT;
  if (label === LONG && score >= stay) return LONG;
  return label === SHORT && score <= -stay ? SHORT : NEUTRAL;
}
