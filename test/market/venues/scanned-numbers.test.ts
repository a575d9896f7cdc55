import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalUnits } from '#shared/market/book/decimal-units.ts';
import { emptyBookFrame } from '#shared/market/venues/book-frame.ts';
import { BookInstruments } from '#shared/market/venues/book-instruments.ts';
import { type FrameForm, instant, levels, name, QUOTED_PAIR, text } from '#shared/market/venues/frame-scanner/frame-form.ts';
import { FrameScanner } from '#shared/market/venues/frame-scanner/frame-scanner.ts';

const digitsOf = (most: number) => fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: 1, maxLength: most });
const decimal = fc.oneof(
  fc.tuple(digitsOf(18), digitsOf(20)).map(([whole, fraction]) => `${whole}.${fraction}`),
  digitsOf(20),
  fc.tuple(fc.nat(99_999), digitsOf(8)).map(([whole, fraction]) => `${whole}.${fraction}`),
  fc.constantFrom('0', '0.0', '.5', '5.', '', '-1', '1e5', '00.1', '9007199254740991', '9007199254740992', '1..2', '1.2.3'),
);

const PAIR: FrameForm = { start: [text('{"s":"'), name()], rest: [[text('","b":'), levels('bids', QUOTED_PAIR), text('}')]] };
const INSTANT: FrameForm = { start: [text('{"s":"'), name()], rest: [[text('","t":"'), instant(), text('"}')]] };

describe('the frame scanner', () => {
  it('reads a number as its decimal text, or not at all', () => {
    const scanner = new FrameScanner(PAIR);
    fc.assert(
      fc.property(decimal, decimal, fc.nat(12), fc.nat(12), (price, size, priceDecimals, sizeDecimals) => {
        const frame = emptyBookFrame();
        const instruments = new BookInstruments([{ symbol: 'A', priceDecimals, sizeDecimals }]);
        const bytes = Buffer.from(`{"s":"A","b":[["${price}","${size}"]]}`);
        const expected = [decimalUnits(price, priceDecimals), decimalUnits(size, sizeDecimals)];
        const isLevel = expected[0]! > 0 && expected[1]! >= 0;
        const scanned = scanner.scan(bytes, bytes.length, instruments, frame);
        if (scanned) expect([frame.bids.count, frame.bids.prices[0], frame.bids.sizes[0]]).toEqual([1, ...expected]);
        // Exponents are left to the other route.
        else if (isLevel) expect(price + size).toContain('e');
      }),
      { numRuns: 3000 },
    );
  });

  it('reads an instant as the platform does, cut to the millisecond', () => {
    const scanner = new FrameScanner(INSTANT);
    const instruments = new BookInstruments([{ symbol: 'A', priceDecimals: 0, sizeDecimals: 0 }]);
    const part = (most: number) => fc.nat(most).map((value) => String(value).padStart(2, '0'));
    const moment = fc.tuple(
      fc.constantFrom('2026-09-12', '2024-02-29', '2023-02-29', '2026-13-01'),
      part(25),
      part(61),
      part(61),
    );
    const marks = fc.constantFrom('T::.', 'T::.', 'T::.', 't::.', 'T.:.', 'T::,');
    fc.assert(
      fc.property(moment, marks, digitsOf(11), ([date, hours, minutes, seconds], [t, c, d, p], fraction) => {
        const shown = `${date}${t}${hours}${c}${minutes}${d}${seconds}${p}${fraction}Z`;
        const bytes = Buffer.from(`{"s":"A","t":"${shown}"}`);
        const frame = emptyBookFrame();
        if (!scanner.scan(bytes, bytes.length, instruments, frame)) return;
        expect(frame.tsEventMs).toBe(Date.parse(shown));
      }),
      { numRuns: 1000 },
    );
    const bytes = Buffer.from('{"s":"A","t":"2026-09-12T15:48:32.340999Z"}');
    const frame = emptyBookFrame();
    expect(scanner.scan(bytes, bytes.length, instruments, frame)).toBe(true);
    expect(frame.tsEventMs).toBe(Date.UTC(2026, 8, 12, 15, 48, 32, 340));
  });

  it('takes no frame that ends elsewhere, or that another one left behind', () => {
    const scanner = new FrameScanner(PAIR);
    const instruments = new BookInstruments([{ symbol: 'A', priceDecimals: 2, sizeDecimals: 2 }]);
    const whole = Buffer.from('{"s":"A","b":[["1.25","3"],["1.24","7"]]}');
    expect(scanner.scan(whole, whole.length, instruments, emptyBookFrame())).toBe(true);
    for (let length = 0; length < whole.length; length++) {
      expect(scanner.scan(whole, length, instruments, emptyBookFrame())).toBe(false);
      // A brace of its own at the end, with the rest of the longer frame still in memory behind it.
      const cut = Buffer.from(`${whole.toString('latin1', 0, length)}}`);
      expect(scanner.scan(cut, cut.length, instruments, emptyBookFrame())).toBe(length === whole.length - 1);
    }
    const longer = Buffer.from(`${whole.toString('latin1')} }`);
    expect(scanner.scan(longer, longer.length, instruments, emptyBookFrame())).toBe(false);
  });
});
