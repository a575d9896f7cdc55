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

/** The label after one more score, NaN for null: directions need several ticks, staying needs less than entering (quant spec §4.2). */
export function nextBias(state: BiasState, score: number, params: QuantParams['bias']): BiasState {
  if (Number.isNaN(score)) return afterNull(state, params.unknown_after_nulls);
  const label = state.label === 'unknown' ? 'neutral' : state.label;
  const wanted = wantedLabel(label, score, params);
  if (wanted === label) return { label, wanted: label, ticks: 0, nulls: 0 };
  const ticks = state.wanted === wanted && state.label === label ? state.ticks + 1 : 1;
  if (ticks >= params.confirm_ticks) return { label: wanted, wanted, ticks: 0, nulls: 0 };
  return { label, wanted, ticks, nulls: 0 };
}

function afterNull(state: BiasState, unknownAfter: number): BiasState {
  const nulls = state.nulls + 1;
  const label = nulls >= unknownAfter ? 'unknown' : state.label;
  return { label, wanted: label, ticks: 0, nulls };
}

function wantedLabel(label: BiasLabel, score: number, { enter, stay }: QuantParams['bias']): BiasLabel {
  if (score >= enter) return 'long';
  if (score <= -enter) return 'short';
  if (label === 'long' && score >= stay) return 'long';
  return label === 'short' && score <= -stay ? 'short' : 'neutral';
}
