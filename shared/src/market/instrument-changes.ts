import type { InstrumentSpec } from '../contracts/instrument-spec.ts';

/**
 * What a newer list of a venue says otherwise about one instrument. `gone`: not listed, or not traded now; `back`: traded again;
 * `changed`: other terms, by the names of the fields; `new`: listed for the first time, to be reported and not followed.
 */
export type InstrumentChange =
  | { readonly id: string; readonly kind: 'gone' | 'new' }
  | { readonly id: string; readonly kind: 'back'; readonly spec: InstrumentSpec }
  | {
      readonly id: string;
      readonly kind: 'changed';
      readonly spec: InstrumentSpec;
      readonly fields: readonly (keyof InstrumentSpec)[];
    };

/** One reading of a venue's list: the asked instruments that it trades, and every id that it lists. */
export interface InstrumentReading {
  readonly chosen: readonly InstrumentSpec[];
  readonly listed: ReadonlySet<string>;
}

/** Changes from one reading to the next: those that were followed first, in their order (market data spec §2). */
export function instrumentChanges(before: InstrumentReading, after: InstrumentReading): readonly InstrumentChange[] {
  const known = new Map(before.chosen.map((spec) => [spec.id, spec]));
  const now = new Map(after.chosen.map((spec) => [spec.id, spec]));
  const ofKnown = before.chosen.flatMap((spec): readonly InstrumentChange[] => {
    const newer = now.get(spec.id);
    if (newer === undefined) return [{ id: spec.id, kind: 'gone' }];
    const fields = changedFields(spec, newer);
    return fields.length === 0 ? [] : [{ id: spec.id, kind: 'changed', spec: newer, fields }];
  });
  const back = after.chosen
    .filter(({ id }) => !known.has(id))
    .map((spec): InstrumentChange => ({ id: spec.id, kind: 'back', spec }));
  const unheard = [...after.listed].filter((id) => !before.listed.has(id) && !now.has(id)).toSorted();
  return [...ofKnown, ...back, ...unheard.map((id): InstrumentChange => ({ id, kind: 'new' }))];
}

function changedFields(before: InstrumentSpec, after: InstrumentSpec): readonly (keyof InstrumentSpec)[] {
  return (Object.keys(after) as (keyof InstrumentSpec)[]).filter((field) => before[field] !== after[field]);
}
