import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BookFrame, emptyBookFrame } from '#shared/market/venues/book-frame.ts';
import { BookInstruments } from '#shared/market/venues/book-instruments.ts';
import { createFrameReader } from '#shared/market/venues/create-frame-reader.ts';
import type { FrameReader } from '#shared/market/venues/frame-reader.ts';
import { FrameScanner } from '#shared/market/venues/frame-scanner/frame-scanner.ts';
import type { FrameSyntax } from '#shared/market/venues/frame-syntax.ts';
import { krakenSession } from '../../recordings/kraken-session.ts';
import { SAMPLES, type VenueSample } from './sample-frames.ts';

const KRAKEN = SAMPLES[0]!;
const scanned = SAMPLES.filter((sample) => sample.syntax().form !== undefined);

/** One change of a frame's bytes: what a broken line, cache or proxy could do to it. */
const mutation = fc.record({
  kind: fc.constantFrom('set', 'digit', 'insert', 'delete', 'cut', 'repeat'),
  at: fc.nat({ max: 400 }),
  byte: fc.oneof(fc.constantFrom(...Buffer.from('0123456789"{}[],:.-+eE \\ntrue')), fc.nat({ max: 255 })),
});
const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 });

describe('frame readers', () => {
  it.each(SAMPLES)('read every form of $venue', (sample) => {
    const reader = readerOf(sample, sample.syntax());
    for (const text of sample.frames) {
      expect([text, read(reader, Buffer.from(text)).kind]).toEqual([text, 'books']);
      expect(reader.books[0]!.bids.count + reader.books[0]!.asks.count).toBeGreaterThan(0);
    }
  });

  it.each(SAMPLES)('never throw, whatever becomes of a frame of $venue', (sample) => {
    const reader = readerOf(sample, sample.syntax());
    fc.assert(
      fc.property(fc.constantFrom(...sample.frames), mutations, (text, changes) => {
        const { kind } = read(reader, mutated(text, changes));
        expect(['books', 'message', 'refused']).toContain(kind);
        expect(reader.refusal === null).toBe(kind !== 'refused');
      }),
      { numRuns: 400 },
    );
  });

  it('never throw on arbitrary bytes', () => {
    for (const sample of SAMPLES) {
      const reader = readerOf(sample, sample.syntax());
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
          expect(read(reader, bytes).kind).not.toBe('books');
        }),
        { numRuns: 50 },
      );
      const nested = Buffer.from(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
      expect(read(reader, nested).kind).not.toBe('books');
    }
  });

  it.each(scanned)('agree with themselves on $venue: the scanner accepts nothing that JSON would read otherwise', (sample) => {
    const { form, ...strict } = sample.syntax();
    expect(form).toBeDefined();
    const fast = readerOf(sample, sample.syntax());
    const slow = readerOf(sample, strict);
    fc.assert(
      fc.property(fc.constantFrom(...sample.frames), mutations, (text, changes) => {
        const bytes = mutated(text, changes);
        expect(read(fast, bytes)).toEqual(read(slow, bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it.each(scanned)('scan the hot frames of $venue', (sample) => {
    const scanner = new FrameScanner(sample.syntax().form!);
    const hot = sample.frames.filter((text) => !/"book_snapshot"|"spot\.obu"/.test(text));
    const instruments = new BookInstruments([sample.instrument]);
    for (const text of hot) {
      const bytes = Buffer.from(text);
      const { books } = readerOf(sample, sample.syntax());
      expect([text, scanner.scan(bytes, bytes.length, instruments, books[0]!)]).toEqual([text, true]);
    }
  });

  it('agree on a long session of every digit count', () => {
    for (const [priceDecimals, sizeDecimals] of [
      [1, 8],
      [0, 10],
      [8, 0],
      [5, 3],
    ] as const) {
      const instrument = { symbol: 'BTC/USD', priceDecimals, sizeDecimals };
      const sample = { ...KRAKEN, instrument };
      const { form, ...strict } = sample.syntax();
      const scanner = new FrameScanner(form!);
      const fast = readerOf(sample, sample.syntax());
      const slow = readerOf(sample, strict);
      for (const text of krakenSession({ seed: 'digits', ...instrument, midTicks: 773_628, depth: 25, updates: 60 })) {
        const bytes = Buffer.from(text);
        expect(scanner.scan(bytes, bytes.length, new BookInstruments([instrument]), emptyBookFrame())).toBe(true);
        expect(read(fast, bytes)).toEqual(read(slow, bytes));
      }
    }
  });

  it('says which digits a level needs', () => {
    const gate = SAMPLES.find((sample) => sample.venue === 'gate spot')!;
    const reader = readerOf(gate, gate.syntax());
    const dust = gate.frames[0]!.replace('"50.29"', '"0.017939975"');
    expect(read(reader, Buffer.from(dust)).kind).toBe('refused');
    expect(reader.refusal).toMatchObject({
      code: 'excess_digits',
      instrument: 0,
      neededDigits: { priceDecimals: 6, sizeDecimals: 9 },
    });
    const krakenReader = readerOf(KRAKEN, KRAKEN.syntax());
    read(krakenReader, Buffer.from(KRAKEN.frames[1]!.replace('77366.2', '77366.25')));
    expect(krakenReader.refusal).toMatchObject({ code: 'excess_digits', instrument: 0, neededDigits: null });
  });
});

function readerOf(sample: VenueSample, syntax: FrameSyntax): FrameReader {
  return createFrameReader(syntax, new BookInstruments([sample.instrument]));
}

/** Everything that a reader says about a frame, as plain values. */
function read(reader: FrameReader, bytes: Uint8Array): { kind: string; code: string | undefined; books: unknown[] } {
  const kind = reader.read(bytes, bytes.length);
  return { kind, code: reader.refusal?.code, books: reader.books.slice(0, reader.bookCount).map(plain) };
}

function plain(frame: BookFrame): unknown {
  const { bids, asks, ...rest } = frame;
  const levels = (list: typeof bids) => [
    Array.from(list.prices.subarray(0, list.count)),
    Array.from(list.sizes.subarray(0, list.count)),
  ];
  return { ...rest, bids: levels(bids), asks: levels(asks) };
}

function mutated(text: string, changes: readonly { kind: string; at: number; byte: number }[]): Uint8Array {
  let bytes = [...Buffer.from(text)];
  for (const { kind, at, byte } of changes) {
    const place = at % bytes.length;
    if (kind === 'set') bytes[place] = byte;
    else if (kind === 'digit') bytes = flipDigit(bytes, place, byte % 10);
    else if (kind === 'insert') bytes.splice(place, 0, byte);
    else if (kind === 'delete') bytes.splice(place, 1);
    else if (kind === 'cut') bytes = bytes.slice(0, Math.max(1, place));
    else bytes.splice(place, 0, ...bytes.slice(place, place + (byte % 30)));
  }
  return Uint8Array.from(bytes);
}

/** Sets the first digit at or after a place to another one. */
function flipDigit(bytes: readonly number[], from: number, digit: number): number[] {
  const at = bytes.findIndex((byte, index) => index >= from && byte >= 48 && byte <= 57);
  return at < 0 ? [...bytes] : bytes.with(at, 48 + digit);
}
