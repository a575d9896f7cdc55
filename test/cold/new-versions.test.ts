import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TRADES } from '#shared/cold/market-tables.ts';
import { newVersions } from '#shared/cold/new-versions.ts';
import type { ColdRow } from '#shared/ports/cold-store.ts';

const START = Date.UTC(2026, 2, 1, 7);

/** A version of a print: of which price, and available how many ms after the first could be. */
function version(id: number, price: number, after: number): ColdRow {
  const name = { ts: START, symbol: 'BTC-USD', venue: 'kraken', trade_id: `${id}` };
  return { ...name, side: 'buy', price, qty: 1, unit: 'base', available_at: START + after };
}

function inOrder(rows: readonly ColdRow[]): readonly ColdRow[] {
  return rows.toSorted((a, b) => Number(a.trade_id) - Number(b.trade_id) || Number(a.available_at) - Number(b.available_at));
}

function all({ fresh, corrected }: ReturnType<typeof newVersions>): readonly ColdRow[] {
  return [...fresh, ...corrected];
}

const rows = fc
  .array(fc.tuple(fc.nat({ max: 2 }), fc.integer({ min: 1, max: 3 }), fc.nat({ max: 6 })), { maxLength: 10 })
  .map((given) => inOrder(given.map(([id, price, after]) => version(id, price, after))));

describe('new versions of rows', () => {
  it('keeps an early version that a later one says again after another one between', () => {
    const stored = [version(1, 2, 9)];
    const given = [version(1, 2, 0), version(1, 1, 5)];
    expect(newVersions(TRADES, stored, given)).toEqual({ fresh: [], corrected: given });
    expect(newVersions(TRADES, stored, [given[0]!])).toEqual({ fresh: [], corrected: [] });
  });

  it('adds nothing when the same rows are given again', () => {
    fc.assert(
      fc.property(rows, rows, (first, second) => {
        const stored = inOrder(all(newVersions(TRADES, [], first)));
        const more = inOrder([...stored, ...all(newVersions(TRADES, stored, second))]);
        expect(all(newVersions(TRADES, more, second))).toEqual([]);
        expect(all(newVersions(TRADES, stored, first))).toEqual([]);
      }),
    );
  });
});
