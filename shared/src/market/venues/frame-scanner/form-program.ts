import { invariant } from '../../../core/errors.ts';
import type { FormNumber, FormStep, FrameForm, LevelForm } from './frame-form.ts';

/** Places in the memory of a scanner, in bytes. The source of the module knows the first and the size of a column. */
export const LAYOUT = {
  powersOfTen: 0,
  /** i32: levels of bids and of asks, then the marks. */
  counts: 512,
  nameBounds: 520,
  isSnapshot: 528,
  variant: 532,
  /** An i32 that nobody reads: for jumps, which are marks. */
  nothing: 536,
  /** float64, in the order of `NUMBERS`, then the date and the milliseconds of the day of an instant. */
  numbers: 544,
  /** The last name's first sixteen characters, zeros behind it: 80 bytes behind its bounds. */
  nameStart: 600,
  program: 1024,
  programBytes: 7168,
  columns: 8192,
  columnBytes: 32_768,
  /** Which byte of a number goes where (`digit-places.ts`). */
  digitPlaces: 8192 + 4 * 32_768,
  frame: 8192 + 4 * 32_768 + 65_536,
} as const;

export const NUMBERS: readonly FormNumber[] = ['firstId', 'lastId', 'previousId', 'checksum', 'time'];

/** Where the steps of a form begin. */
export interface FormEntries {
  readonly start: number;
  readonly rest: readonly number[];
}

const OPERATIONS = { done: 0, text: 1, maybe: 2, mark: 3, integer: 4, name: 5, levels: 6, level: 7, instant: 8 } as const;
const STEP_BYTES = 16;
const BLOCK = 16;
const MOST_NAME_CHARS = 48;
/** A text that no frame has. */
const NOWHERE = '\0'.repeat(BLOCK);

/** Writes the steps and texts of a form into a scanner's memory. */
export function writeForm(memory: ArrayBuffer, form: FrameForm): FormEntries {
  const writer = new FormWriter(memory);
  return { start: writer.part(form.start, false), rest: form.rest.map((steps) => writer.part(steps, true)) };
}

/** Texts fill the program's room from its end on downwards, steps from its start on upwards. */
class FormWriter {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  #nextStep = LAYOUT.program;
  #firstText = LAYOUT.program + LAYOUT.programBytes;

  constructor(memory: ArrayBuffer) {
    this.#words = new Int32Array(memory);
    this.#bytes = new Uint8Array(memory);
  }

  /** One part with its end; `whole` when the frame must end there too. */
  part(steps: readonly FormStep[], whole: boolean): number {
    const at = this.#nextStep;
    this.#write(steps);
    this.#emit(OPERATIONS.done, whole ? 1 : 0);
    return at;
  }

  #write(steps: readonly FormStep[]): void {
    for (const step of steps) this.#writeStep(step);
  }

  #writeStep(step: FormStep): void {
    switch (step.step) {
      case 'text':
        this.#emit(OPERATIONS.text, ...this.#text(step.text));
        break;
      case 'maybe':
        this.#writeMaybe(step.text, step.there, step.absent);
        break;
      case 'name':
        this.#emit(OPERATIONS.name, LAYOUT.nameBounds, MOST_NAME_CHARS);
        break;
      case 'integer':
        this.#emit(OPERATIONS.integer, LAYOUT.numbers + 8 * NUMBERS.indexOf(step.to));
        break;
      case 'instant':
        this.#emit(OPERATIONS.instant, LAYOUT.numbers + 8 * NUMBERS.length);
        break;
      case 'levels':
      case 'level':
        this.#writeLevels(step.step, step.side === 'bids' ? 0 : 1, step.form);
        break;
      case 'snapshot':
        this.#mark(LAYOUT.isSnapshot, 1);
        break;
      case 'variant':
        this.#mark(LAYOUT.variant, step.variant);
    }
  }

  /** A mark that goes on with the step behind it. */
  #mark(at: number, value: number): void {
    this.#emit(OPERATIONS.mark, at, value, this.#nextStep + STEP_BYTES);
  }

  /** Where the text is not, the run goes on with `absent`; what is for the other case ends with a jump over it. */
  #writeMaybe(text: string, there: readonly FormStep[], absent: readonly FormStep[]): void {
    const branch = this.#nextStep;
    this.#emit(OPERATIONS.maybe, ...this.#text(text));
    this.#write(there);
    const jump = this.#nextStep;
    if (absent.length > 0) this.#mark(LAYOUT.nothing, 0);
    this.#words[branch / 4 + 3] = this.#nextStep;
    this.#write(absent);
    if (absent.length > 0) this.#words[jump / 4 + 3] = this.#nextStep;
  }

  #writeLevels(operation: 'levels' | 'level', side: 0 | 1, form: LevelForm): void {
    const column = LAYOUT.columns + 2 * side * LAYOUT.columnBytes;
    this.#emit(OPERATIONS[operation], column, this.#levelForm(operation, form), LAYOUT.counts + 4 * side);
  }

  /**
   * Four blocks of text: the level's three and, where levels follow each other, what joins two of them; then the length of each and
   * the complement of its mask, then whether every digit must show.
   */
  #levelForm(operation: 'levels' | 'level', { before, between, behind, everyDigit = false }: LevelForm): number {
    const texts = [before, between, behind, operation === 'levels' ? `${behind},${before}` : NOWHERE];
    const at = this.#room(texts.length * BLOCK + 2 * texts.length * 4 + 4);
    for (const [index, text] of texts.entries()) {
      invariant(text.length <= BLOCK, `the text ${text} of a level form is longer than ${BLOCK} characters`);
      this.#put(at + index * BLOCK, text);
      const place = (at + texts.length * BLOCK) / 4 + 2 * index;
      this.#words[place] = text.length;
      this.#words[place + 1] = 0xffff ^ ((1 << text.length) - 1);
    }
    this.#words[(at + texts.length * BLOCK) / 4 + 2 * texts.length] = everyDigit ? 1 : 0;
    return at;
  }

  #text(text: string): readonly [at: number, length: number] {
    const at = this.#room(text.length);
    this.#put(at, text);
    return [at, text.length];
  }

  #put(at: number, text: string): void {
    for (let i = 0; i < text.length; i++) this.#bytes[at + i] = text.charCodeAt(i);
  }

  #room(bytes: number): number {
    this.#firstText -= Math.ceil(bytes / BLOCK) * BLOCK;
    return this.#firstText;
  }

  #emit(...words: readonly number[]): void {
    this.#words.set(words, this.#nextStep / 4);
    this.#nextStep += STEP_BYTES;
  }
}
