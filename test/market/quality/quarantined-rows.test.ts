import { expect, it } from 'vitest';
import { parseCandleCsv } from '#shared/adapters/csv/parse-candle-csv.ts';
import { parseDay } from '#shared/core/calendar-day.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { cleanSeries } from '#shared/market/quality/clean-series.ts';
import { quarantinedRows } from '#shared/market/quality/quarantined-rows.ts';

const AS_OF = parseDay('2026-10-31')!;

const ROWS = [
  '2026-10-25,10,12,9,11,5,55',
  '2026-10-26,10,12,9,nan,5,55',
  '2026-10-27,10,9,9,11,5,55',
  '2026-10-28,10,12,9,11,5,-1',
  '2026-10-29,-10,12,9,11,5,55',
];

function parsed(rows: readonly string[], invalidRows: 'quarantine' | 'keep') {
  const text = ['date,open,high,low,close,volume,quote_volume', ...rows, ''].join('\n');
  const result = parseCandleCsv(utf8(text), { file: 'AUSDT.csv', symbol: 'AUSDT', invalidRows });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

it('a row that its reader left out is explained as if the panel had met it', () => {
  const left = quarantinedRows(parsed(ROWS, 'quarantine').findings, AS_OF);
  expect(left).toEqual(cleanSeries(parsed(ROWS, 'keep').series).findings);
  expect(left.map(({ code }) => code)).toEqual(['value_invalid', 'ohlc_inconsistent', 'value_invalid', 'value_invalid']);
});

it('a row without a readable date counts as one of the last day, and says what stood there', () => {
  const { findings } = parsed(['2026-02-29,10,12,9,11,5,55', '2009-01-01,10,12,9,11,5,55'], 'quarantine');
  expect(quarantinedRows(findings, AS_OF)).toEqual([
    { symbol: 'AUSDT', day: AS_OF, code: 'ts_format', effect: 'row_refused', field: 'date', observed: '2026-02-29' },
    { symbol: 'AUSDT', day: parseDay('2009-01-01'), code: 'ts_range', effect: 'row_refused', field: 'date' },
  ]);
});

it('what was only noted, or refused as a file, is no missing row', () => {
  const twice = parsed([ROWS[0]!, ROWS[0]!], 'quarantine').findings;
  expect(twice.map(({ effect }) => effect)).toEqual(['flagged']);
  expect(quarantinedRows(twice, AS_OF)).toEqual([]);
});
