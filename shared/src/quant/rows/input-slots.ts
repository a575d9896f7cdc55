import { INSTRUMENT_PLACE as P } from '../dictionary.ts';
import type { FrameLayout } from '../frame-layout.ts';
import type { QuantSymbol } from '../quant-symbol.ts';
import type { TickFrame } from '../tick-frame.ts';

/** Values per venue from which score, bias and summary are made, in sorted order: what `inputs_hash` pins (quant spec §6). */
export const SPOT_INPUTS = ['imbalance', 'mid', 'taker_buy_usd', 'taker_sell_usd'] as const;
export const DERIVATIVE_INPUTS = [
  'funding_8h',
  'global_ls_ratio',
  'imbalance',
  'liq_long_usd_5m',
  'liq_short_usd_5m',
  'mid',
  'oi_usd',
  'taker_buy_usd',
  'taker_sell_usd',
  'top_pos_ls_ratio',
] as const;

/** One value of the preimage: the parts of its text that never change, and the slot it is read from. */
interface InputSlot {
  readonly slot: number;
  readonly before: string;
  readonly after: string;
  readonly order: string;
}

/**
 * Text of the `values` of one symbol in its sorted order, written anew only where a value changed. Numbers are shortest round-trip
 * decimals as strings, missing ones null.
 */
export class InputTexts {
  readonly #slots: readonly InputSlot[];
  readonly #texts: string[];
  readonly #values: Float64Array;
  readonly #times: Float64Array;

  constructor(symbol: QuantSymbol, index: number, layout: FrameLayout) {
    this.#slots = inputSlots(symbol, index, layout);
    this.#texts = this.#slots.map(() => '');
    this.#values = new Float64Array(this.#slots.length);
    this.#times = new Float64Array(this.#slots.length).fill(-2);
  }

  /** `[{…},{…}]` of a tick. */
  of(frame: TickFrame): string {
    let text = '';
    for (let i = 0; i < this.#slots.length; i++) {
      const input = this.#slots[i]!;
      const value = frame.value(input.slot);
      const time = frame.tsEvent(input.slot);
      if (!Object.is(value, this.#values[i]) || time !== this.#times[i]) {
        this.#values[i] = value;
        this.#times[i] = time;
        this.#texts[i] = valueText(input, value, time);
      }
      text += i === 0 ? this.#texts[i] : `,${this.#texts[i]}`;
    }
    return `[${text}]`;
  }
}

function valueText({ before, after }: InputSlot, value: number, tsEvent: number): string {
  return `${before}${tsEvent < 0 ? 'null' : tsEvent},"value":${Number.isNaN(value) ? 'null' : `"${value}"`}${after}`;
}

function inputSlots(symbol: QuantSymbol, index: number, layout: FrameLayout): readonly InputSlot[] {
  const slots = symbol.seats.flatMap(({ id, venue, isSpot }, place) => {
    return (isSpot ? SPOT_INPUTS : DERIVATIVE_INPUTS).map((metric) => ({
      slot: layout.instrumentBase[index]![place]! + P[metric],
      before: `{"instrument":${JSON.stringify(id)},"metric":"${metric}","ts_event":`,
      after: `,"venue":"${venue}"}`,
      order: `${metric} ${venue} ${id}`,
    }));
  });
  return slots.toSorted((a, b) => (a.order < b.order ? -1 : 1));
}
