import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CsvOptions, csvNumber, parseCsv } from '#shared/core/csv.ts';
import { csvLine, neutralisedTextCell } from '#shared/core/csv-line.ts';
import { utf8 } from '#shared/core/text-bytes.ts';

const parse = (text: string, options: CsvOptions = {}) => parseCsv(utf8(text), options);

describe('strict CSV (operations spec §18, C1–C3; §20, OV-05)', () => {
  test.each([
    ['CRLF', 'a,b\r\n1,2\r\n', { line: 1, column: '2' }],
    ['lone CR', 'a,b\n1,2\r3,4\n', { line: 2, column: '2' }],
    ['byte-order mark', '\uFEFFa,b\n', { line: 1, column: '1' }],
    ['semicolons', 'a;b\n1;2\n', { line: 1, column: '1' }],
    ['short row', 'a,b\n1,2\n3\n', { line: 3, column: 'b' }],
    ['long row', 'a,b\n1,2,3\n', { line: 2, column: '3' }],
    ['blank line', 'a,b\n\n1,2\n', { line: 2, column: 'b' }],
    ['duplicate header', 'a,b,a\n', { line: 1, column: '3' }],
    ['nameless column', 'a,\n', { line: 1, column: '2' }],
    ['open quote', 'a,b\n1,"2\n', { line: 2, column: '2' }],
    ['text after a quote', 'a,b\n1,"2"x\n', { line: 2, column: '2' }],
    ['quote inside a bare cell', 'a,b\n1,2"\n', { line: 2, column: '2' }],
    ['empty file', '', { line: 1, column: '1' }],
    ['row after a quoted line break', 'a,b\n"1\n1",2\n3\n', { line: 4, column: 'b' }],
  ])('C2 %s', (_, text, where) => {
    expect(parse(text)).toMatchObject({ ok: false, error: { code: 'csv_form', ...where } });
  });

  test('C2: a reordered, missing or additional column is refused when the columns are given', () => {
    const columns = ['a', 'b'];
    expect(parse('a,b\n1,2\n', { columns })).toMatchObject({ ok: true });
    expect(parse('b,a\n1,2\n', { columns })).toMatchObject({ ok: false, error: { code: 'csv_form', column: '1' } });
    expect(parse('a\n1\n', { columns })).toMatchObject({ ok: false, error: { code: 'csv_form', column: '2' } });
    expect(parse('a,b,c\n1,2,3\n', { columns })).toMatchObject({ ok: false, error: { code: 'csv_form', column: '3' } });
  });

  test('invalid UTF-8 and size', () => {
    expect(parseCsv(Uint8Array.of(0x61, 0xff))).toMatchObject({ ok: false, error: { code: 'text_encoding' } });
    expect(parse('abcdef\n', { maxBytes: 6 })).toMatchObject({ ok: false, error: { code: 'input_too_large' } });
  });

  test('CRLF is taken on request, and a missing last line end always', () => {
    expect(parse('a,b\r\n1,2\r\n', { allowCrLf: true })).toMatchObject({
      ok: true,
      value: { header: ['a', 'b'], rows: [['1', '2']] },
    });
    expect(parse('a,b\n1,2')).toMatchObject({ ok: true, value: { rows: [['1', '2']] } });
  });

  test.each(['1,5', '1 000', "1'000", '', ' 1', '1 ', 'NaN', 'inf', '1e400', '-0', '-0.0', '+1', '.5', '5.', '0x10', '１'])(
    'C3: %j is no number',
    (cell) => {
      expect(csvNumber(cell)).toBe(undefined);
    },
  );

  test('C3: numbers', () => {
    expect(['0', '-0.5', '1e-05', '1e+16', '007.50'].map(csvNumber)).toEqual([0, -0.5, 0.00001, 1e16, 7.5]);
  });

  test('C1, OV-05: text cells of human exports cannot start a formula', () => {
    expect(['=1+1', '+1', '-1', '@x', '\tx', '\rx', 'x=1', ''].map(neutralisedTextCell)).toEqual([
      "'=1+1",
      "'+1",
      "'-1",
      "'@x",
      "'\tx",
      "'\rx",
      'x=1',
      '',
    ]);
  });
});

test('what the writer writes is read back cell by cell', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ';', 'é', '\u{1F600}', ' '), maxLength: 6 });
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 5 }));
  fc.assert(
    fc.property(table, (rows) => {
      const header = (rows[0] ?? ['']).map((_, index) => `column${index}`);
      const text = [header, ...rows].map(csvLine).join('');
      const parsed = parse(text);
      expect(parsed).toMatchObject({ ok: true, value: { header, rows } });
    }),
    { numRuns: 500 },
  );
});

test('arbitrary text never throws, and rows are never ragged', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '1', '"', ',', '\n', '\r', ';', '\uFEFF'), maxLength: 40 });
  fc.assert(
    fc.property(text, fc.boolean(), (value, allowCrLf) => {
      const parsed = parse(value, { allowCrLf });
      if (parsed.ok) for (const row of parsed.value.rows) expect(row.length).toBe(parsed.value.header.length);
    }),
    { numRuns: 3_000 },
  );
});

test('large cells and many rows are read in linear time, not by recursion', () => {
  const big = { maxBytes: 20_000_000 };
  expect(parse(`a\n"${'x'.repeat(4_000_000)}"\n`, big)).toMatchObject({ ok: true });
  expect(parse(`a\n"${'""'.repeat(1_000_000)}"\n`, big)).toMatchObject({ ok: true });
  expect(parse(`a,b\n${'1,2\n'.repeat(200_000)}`, big)).toMatchObject({ ok: true });
  expect(parse(`a\n"${'x""'.repeat(500_000)}\n`, big)).toMatchObject({ ok: false });
});
