import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseCandleCsv } from '#shared/adapters/csv/parse-candle-csv.ts';
import { formatDay, parseDay } from '#shared/core/calendar-day.ts';
import { describeFinding } from '#shared/market/quality/input-finding.ts';

const HEADER = 'date,open,high,low,close,volume,quote_volume';
const GOOD = ['2024-02-28,1,2,0.5,1.5,10,15', '2024-02-29,1.5,2,1,1.2,20,26', '2024-03-01,1.2,1.3,1.1,1.25,5,6'];

function parse(text: string, invalidRows: 'quarantine' | 'keep' = 'quarantine') {
  return parseCandleCsv(Buffer.from(text), { file: 'ABCUSDT.csv', symbol: 'ABCUSDT', invalidRows });
}

function lines(...rows: readonly string[]): string {
  return `${[HEADER, ...rows].join('\n')}\n`;
}

describe('a clean file', () => {
  it('becomes ascending columns without findings', () => {
    const parsed = parse(lines(...GOOD));
    if (!parsed.ok) throw new Error(describeFinding(parsed.error));
    expect(parsed.value.findings).toEqual([]);
    expect([...parsed.value.series.day].map(formatDay)).toEqual(['2024-02-28', '2024-02-29', '2024-03-01']);
    expect([...parsed.value.series.close]).toEqual([1.5, 1.2, 1.25]);
    expect(parsed.value.series.tradeCount).toBeUndefined();
  });

  it('takes columns by name, ignores others and keeps the optional ones', () => {
    const parsed = parse(
      'date,symbol,open,high,low,close,volume,quote_volume,trades\n2024-02-28,ABC,1,2,0.5,1.5,10,15,7\n2024-02-29,ABC,1,2,0.5,1.5,10,15,\n',
    );
    expect(parsed.ok && [...(parsed.value.series.tradeCount ?? [])]).toEqual([7, Number.NaN]);
    expect(parsed.ok && parsed.value.findings).toEqual([]);
  });

  it.each(['0', '1e-05', '0.1', '123456789012345.5', '9007199254740993', '2.50000000000000000001', '4.35e-7'])(
    'reads %s as Number does',
    (text) => {
      const parsed = parse(lines(`2024-02-28,1,2,0.5,1.5,${text},15`), 'keep');
      expect(parsed.ok && parsed.value.series.volume[0]).toBe(Number(text));
    },
  );
});

describe('files that are refused as a whole', () => {
  const good = lines(...GOOD);
  it.each([
    ['an empty file', '', 'csv_form', null],
    ['a BOM', `\uFEFF${good}`, 'csv_form', 1],
    ['CRLF in the header', good.replaceAll('\n', '\r\n'), 'csv_form', 1],
    ['CRLF in a row', good.replace('15\n', '15\r\n'), 'csv_form', 2],
    ['quotes', good.replace('1.5,10', '"1.5",10'), 'csv_form', 2],
    ['semicolons', good.replaceAll(',', ';'), 'csv_form', 1],
    ['a missing column', good.replace('quote_volume', 'turnover'), 'csv_form', 1],
    ['a column named twice', good.replace('quote_volume', 'volume'), 'csv_form', 1],
    ['a ragged row', lines(GOOD[0]!, '2024-02-29,1,2,0.5,1.5,10'), 'csv_form', 3],
    ['a row with too many cells', lines(`${GOOD[0]},9`), 'csv_form', 2],
    ['a blank line', `${good}\n`, 'csv_form', 5],
    ['a file cut inside its last number', good.slice(0, -2), 'csv_form', null],
    ['a thousands separator', lines('2024-02-28,1,2,0.5,1.5,10 000,15'), 'csv_number', 2],
    ['an empty required cell', lines('2024-02-28,1,2,0.5,,10,15'), 'csv_number', 2],
    ['hexadecimal', lines('2024-02-28,0x1,2,0.5,1,10,15'), 'csv_number', 2],
  ])('%s', (_name, text, code, line) => {
    const parsed = parse(text);
    expect(parsed).toMatchObject({ ok: false, error: { code, line, file: 'ABCUSDT.csv', effect: 'file_refused' } });
    expect(!parsed.ok && parsed.error.remedy).not.toBe('');
  });

  it('bytes that are not UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from(lines(...GOOD)), Buffer.from([0xff, 0x0a])]);
    const parsed = parseCandleCsv(bytes, { file: 'A.csv', symbol: 'A', invalidRows: 'keep' });
    expect(parsed).toMatchObject({ ok: false, error: { code: 'text_encoding' } });
  });

  it('packed bytes under a plain name', () => {
    expect(parseCandleCsv(gzipSync(lines(...GOOD)), { file: 'A.csv', symbol: 'A', invalidRows: 'keep' }).ok).toBe(false);
  });
});

describe('rows that are quarantined', () => {
  it.each([
    ['NaN', '2024-03-02,NaN,2,0.5,1.5,10,15', 'value_invalid', 'open'],
    ['infinite', '2024-03-02,1,inf,0.5,1.5,10,15', 'value_invalid', 'high'],
    ['beyond float range', '2024-03-02,1,2,0.5,1.5,1e400,15', 'value_invalid', 'volume'],
    ['1e308', '2024-03-02,1,1e308,0.5,1.5,10,15', 'value_invalid', 'high'],
    ['zero price', '2024-03-02,1,2,0,1.5,10,15', 'value_invalid', 'low'],
    ['negative price', '2024-03-02,1,2,0.5,-1.5,10,15', 'value_invalid', 'close'],
    ['negative volume', '2024-03-02,1,2,0.5,1.5,10,-15', 'value_invalid', 'quote_volume'],
    ['high below low', '2024-03-02,1,0.4,0.5,0.45,10,15', 'ohlc_inconsistent', 'high'],
    ['close below low', '2024-03-02,1,2,0.5,0.4,10,15', 'ohlc_inconsistent', 'low'],
    ['29 February of a common year', '2023-02-29,1,2,0.5,1.5,10,15', 'ts_format', 'date'],
    ['30 February', '2024-02-30,1,2,0.5,1.5,10,15', 'ts_format', 'date'],
    ['a time of day', '2024-03-02T00:00:60Z,1,2,0.5,1.5,10,15', 'ts_format', 'date'],
    ['milliseconds', '1709251200000,1,2,0.5,1.5,10,15', 'ts_format', 'date'],
    ['full-width digits', '２０２４-03-02,1,2,0.5,1.5,10,15', 'ts_format', 'date'],
    ['before 2010', '1999-03-02,1,2,0.5,1.5,10,15', 'ts_range', 'date'],
  ])('%s', (_name, row, code, field) => {
    const parsed = parse(lines(...GOOD, row));
    if (!parsed.ok) throw new Error(describeFinding(parsed.error));
    expect(parsed.value.findings).toMatchObject([{ code, field, line: 5, effect: 'row_quarantined' }]);
    expect(parsed.value.series.day).toHaveLength(3);
  });

  it('stay with a flag where the parameters say so', () => {
    const parsed = parse(lines(...GOOD, '2024-03-02,1,2,0.5,,10,15', '2024-03-03,-1,2,0.5,1,10,15'), 'keep');
    if (!parsed.ok) throw new Error(describeFinding(parsed.error));
    expect(parsed.value.findings.map((f) => [f.code, f.effect])).toEqual([
      ['value_invalid', 'flagged'],
      ['value_invalid', 'flagged'],
    ]);
    expect(Array.from(parsed.value.series.close).slice(3)).toEqual([Number.NaN, 1]);
  });
});

describe('order and duplicates', () => {
  it('sorts, keeps the later of two rows and says so', () => {
    const parsed = parse(lines(GOOD[2]!, GOOD[0]!, GOOD[1]!, GOOD[0]!, '2024-02-29,1.5,2,1,1.9,20,26'));
    if (!parsed.ok) throw new Error(describeFinding(parsed.error));
    expect([...parsed.value.series.day].map(formatDay)).toEqual(['2024-02-28', '2024-02-29', '2024-03-01']);
    expect([...parsed.value.series.close]).toEqual([1.5, 1.9, 1.25]);
    expect(parsed.value.findings.map((f) => [f.code, f.line, f.effect])).toEqual([
      ['row_duplicate', 5, 'flagged'],
      ['row_conflict', 6, 'flagged'],
      ['row_order', 3, 'flagged'],
    ]);
  });

  it('accepts 29 February of a leap year and 1900-style rules', () => {
    expect(parse(lines('2024-02-29,1,2,0.5,1.5,10,15')).ok).toBe(true);
    expect(parseDay('2024-02-29')).toBeDefined();
  });
});
