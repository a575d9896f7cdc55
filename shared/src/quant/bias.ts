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

/** The same while it is moved on in place. */
export type MovingBias = { -readonly [Field in keyof BiasState]: BiasState[Field] };

export const FIRST_BIAS: BiasState = { label: 'neutral', wanted: 'neutral', ticks: 0, nulls: 0 };

/** The label after one more score, NaN for null: directions need several ticks, staying needs less than entering (quant spec §4.2). */
export function nextBias(state: BiasState, score: number, params: QuantParams['bias']): BiasState {
  const next = { ...state };
  advanceBias(next, score, params);
  return next;
}

/** The same in place. */
export function advanceBias(state: MovingBias, score: number, params: QuantParams['bias']): void {
  if (Number.isNaN(score)) {
    afterNull(state, params.unknown_after_nulls);
    return;
  }
  const label = state.label === 'unknown' ? 'neutral' : state.label;
  const wanted = wantedLabel(label, score, params);
  const ticks = wanted === label ? 0 : state.wanted === wanted && state.label === label ? state.ticks + 1 : 1;
  const isConfirmed = ticks >= params.confirm_ticks;
  state.label = isConfirmed ? wanted : label;
  state.wanted = wanted;
  state.ticks = isConfirmed ? 0 : ticks;
  state.nulls = 0;
}

function afterNull(state: MovingBias, unknownAfter: number): void {
  state.nulls += 1;
  if (state.nulls >= unknownAfter) state.label = 'unknown';
  state.wanted = state.label;
  state.ticks = 0;
}

function wantedLabel(label: BiasLabel, score: number, { enter, stay }: QuantParams['bias']): BiasLabel {
  if (score >= enter) return 'long';
  if (score <= -enter) return 'short';
  if (label === 'long' && score >= stay) return 'long';
  return label === 'short' && score <= -stay ? 'short' : 'neutral';
}
