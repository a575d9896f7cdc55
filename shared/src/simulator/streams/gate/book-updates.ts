import { powerOfTen } from '../../fixed-digits.ts';
import type { LevelChange } from '../../live/limit-book.ts';
import type { TradedInstrument } from '../../live/traded-instrument.ts';
import { BookWindow } from '../book-window.ts';
import type { SidedLevels, StreamContext } from '../stream-session.ts';

/** Changes of one pushing interval: numbers `first` to `last`, as the book stands after them. */
export interface BookUpdate extends SidedLevels {
  readonly first: number;
  readonly last: number;
  /** Time of the newest change, µs, by the venue's clock. */
  readonly atUs: number;
}

/**
 * Gathers the changes of a book and hands them over every `periodUs`, each price once. `depth` limits what is told to that window;
 * the numbers run through whatever is told.
 */
export function followUpdates(
  context: StreamContext,
  instrument: TradedInstrument,
  { periodUs, depth }: { readonly periodUs: number; readonly depth: number },
  send: (update: BookUpdate) => void,
): () => void {
  const { book } = instrument;
  const window = new BookWindow(book, depth);
  let { priceDigits } = instrument.spec;
  let pending: LevelChange[] = [];
  let told = book.sequence;
  const stopWatching = context.watch(instrument, {
    book: (changes) => {
      pending.push(...changes);
    },
    // What was gathered is still owed: its numbers have been taken.
    spec: () => {
      const factor = powerOfTen(instrument.spec.priceDigits - priceDigits);
      priceDigits = instrument.spec.priceDigits;
      pending = pending.map((change) => ({ ...change, price: change.price * factor }));
      window.scalePrices(factor);
    },
  });
  const flush = (): void => {
    if (book.sequence === told) return;
    const levels = window.changes(pending, 'net');
    send({ ...levels, first: told + 1, last: book.sequence, atUs: instrument.changedUs + context.skewUs() });
    pending = [];
    told = book.sequence;
  };
  const stopTimer = context.every(periodUs, flush);
  return () => {
    stopWatching();
    stopTimer();
  };
}
