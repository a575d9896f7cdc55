import { instantiateOver } from '../../../core/web-assembly.ts';
import { POWERS_OF_TEN } from '../../book/decimal-units.ts';
import { BookMemory } from '../../book/kernel/book-memory.ts';
import { ABSENT, type BookFrame } from '../book-frame.ts';
import { type BookInstruments, SHORT_NAME } from '../book-instruments.ts';
import { digitPlaces } from './digit-places.ts';
import { type FormEntries, LAYOUT, NUMBERS, writeForm } from './form-program.ts';
import type { FormStep, FrameForm } from './frame-form.ts';
import { FRAME_SCANNER_BASE64 } from './frame-scanner-binary.ts';

/** Longest frame that is scanned. */
const FRAME_BYTES = 262_144;
const MOST_DECIMALS = 15;
const MS_PER_DAY = 86_400_000;
const MOST_CHECKSUM = 0xffff_ffff;
const CLOSE_OBJECT = 125;
const [FIRST_ID, LAST_ID, PREVIOUS_ID, CHECKSUM, TIME] = [0, 1, 2, 3, 4] as const;
const DATE = NUMBERS.length;
const MS_OF_DAY = DATE + 1;

type Begin = (step: number, at: number, end: number, counts: number) => number;
type Run = (step: number, at: number, end: number, priceDecimals: number, sizeDecimals: number) => number;

/**
 * Reads a connection's hot book frames by their form, from bytes straight to whole ticks and lots, and allocates nothing. The
 * frame and its levels lie in one memory: the lists of a scanned frame are columns of it, valid until the next frame.
 */
export class FrameScanner {
  /** What a frame is copied into. A caller that writes a frame here itself spares the copy. */
  readonly inbox: Uint8Array;
  readonly memory: BookMemory;
  readonly #begin: Begin;
  readonly #run: Run;
  readonly #entries: FormEntries;
  readonly #marks: Int32Array;
  readonly #numbers: Float64Array;
  readonly #name: Int32Array;
  /** The form has sequence numbers; a cleared frame has none. */
  readonly #isNumbered: boolean;
  readonly #columns: readonly Float64Array[];
  #date = -1;
  #dayMs = 0;

  /** With room for both sides of so many books. */
  constructor(form: FrameForm, books = 0) {
    this.memory = new BookMemory(2 * books);
    const { memory } = this.memory;
    const { begin, run } = instantiateOver<{ readonly begin: Begin; readonly run: Run }>(FRAME_SCANNER_BASE64, memory);
    this.#begin = begin;
    this.#run = run;
    this.#entries = writeForm(memory.buffer, form);
    this.#isNumbered = [form.start, ...form.rest].some(hasNumbers);
    this.inbox = new Uint8Array(memory.buffer, LAYOUT.frame, FRAME_BYTES);
    this.#marks = new Int32Array(memory.buffer, LAYOUT.counts, 6);
    this.#numbers = new Float64Array(memory.buffer, LAYOUT.numbers, NUMBERS.length + 2);
    this.#name = new Int32Array(memory.buffer, LAYOUT.nameStart, SHORT_NAME / 4);
    const { columns, columnBytes } = LAYOUT;
    this.#columns = [0, 1, 2, 3].map((n) => new Float64Array(memory.buffer, columns + n * columnBytes, columnBytes / 8));
    new Uint8Array(memory.buffer, LAYOUT.digitPlaces).set(digitPlaces());
    new Float64Array(memory.buffer, LAYOUT.powersOfTen, MOST_DECIMALS + 1).set(POWERS_OF_TEN.slice(0, MOST_DECIMALS + 1));
  }

  /** Fills `frame`, a cleared one; false for anything but the form, with `frame` in any state. What it accepts, JSON accepts alike. */
  scan(bytes: Uint8Array, length: number, instruments: BookInstruments, frame: BookFrame): boolean {
    if (!this.#hold(bytes, length)) return false;
    const end = LAYOUT.frame + length;
    const symbol = this.#begin(this.#entries.start, LAYOUT.frame, end, LAYOUT.counts);
    if (symbol < 0) return false;
    const index = this.#instrument(instruments);
    frame.instrument = index;
    if (index < 0) return false;
    const { priceDecimals, sizeDecimals } = instruments.digits(index);
    if (priceDecimals > MOST_DECIMALS || sizeDecimals > MOST_DECIMALS) return false;
    return this.#run(this.#entries.rest[this.#marks[5]!]!, symbol, end, priceDecimals, sizeDecimals) >= 0 && this.#fill(frame);
  }

  #instrument(instruments: BookInstruments): number {
    const from = this.#marks[2]!;
    const to = this.#marks[3]!;
    if (to - from <= SHORT_NAME) return instruments.findShort(this.#name);
    return instruments.find(this.inbox, from - LAYOUT.frame, to - LAYOUT.frame);
  }

  /** A frame is only scanned when its last byte is a brace: every run of digits ends inside it. */
  #hold(bytes: Uint8Array, length: number): boolean {
    if (length > FRAME_BYTES || length > bytes.length || bytes[length - 1] !== CLOSE_OBJECT) return false;
    if (bytes !== this.inbox) this.inbox.set(length === bytes.length ? bytes : bytes.subarray(0, length));
    return true;
  }

  #fill(frame: BookFrame): boolean {
    const numbers = this.#numbers;
    const marks = this.#marks;
    frame.kind = marks[4] === 1 ? 'snapshot' : 'update';
    if (this.#isNumbered) {
      frame.lastId = numbers[LAST_ID]!;
      frame.firstId = numbers[FIRST_ID] === ABSENT ? frame.lastId : numbers[FIRST_ID]!;
      frame.previousId = numbers[PREVIOUS_ID]!;
    }
    frame.checksum = numbers[CHECKSUM]!;
    frame.tsEventMs = numbers[TIME]!;
    if (frame.bids.memory !== this.memory || frame.asks.memory !== this.memory) this.#layOut(frame);
    frame.bids.count = marks[0]!;
    frame.asks.count = marks[1]!;
    if (frame.firstId > frame.lastId || frame.checksum > MOST_CHECKSUM) return false;
    return numbers[DATE] === ABSENT || this.#fillInstant(frame, numbers[DATE]!, numbers[MS_OF_DAY]!);
  }

  #layOut({ bids, asks }: BookFrame): void {
    const [bidPrices, bidSizes, askPrices, askSizes] = this.#columns;
    bids.lieIn(this.memory, LAYOUT.columns, bidPrices!, bidSizes!);
    asks.lieIn(this.memory, LAYOUT.columns + 2 * LAYOUT.columnBytes, askPrices!, askSizes!);
  }

  #fillInstant(frame: BookFrame, date: number, msOfDay: number): boolean {
    if (date !== this.#date && !this.#isDate(date)) return false;
    frame.tsEventMs = this.#dayMs + msOfDay;
    return true;
  }

  /** A stream repeats its date: the platform works the day out once. */
  #isDate(date: number): boolean {
    const text = String(date).padStart(8, '0');
    const ms = Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}T00:00:00Z`);
    if (!Number.isFinite(ms) || ms % MS_PER_DAY !== 0) return false;
    this.#date = date;
    this.#dayMs = ms;
    return true;
  }
}

function hasNumbers(steps: readonly FormStep[]): boolean {
  return steps.some((step) => {
    if (step.step === 'maybe') return hasNumbers(step.there) || hasNumbers(step.absent);
    return step.step === 'integer' && (step.to === 'firstId' || step.to === 'lastId' || step.to === 'previousId');
  });
}
