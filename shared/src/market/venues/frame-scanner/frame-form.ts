/** Numbers that a form may read from a frame, beside the levels. */
export type FormNumber = 'firstId' | 'lastId' | 'previousId' | 'checksum' | 'time';

/** How a venue writes one level: three texts of at most sixteen characters, with the price and the size between them. */
export interface LevelForm {
  readonly before: string;
  readonly between: string;
  readonly behind: string;
  /**
   * Both numbers must show every digit of the instrument, as Kraken's do: what was re-encoded is left to the JSON route, which
   * notices it. Else digits may be missing or be followed by zeros.
   */
  readonly everyDigit?: boolean;
}

export type FormStep =
  | { readonly step: 'text'; readonly text: string }
  | { readonly step: 'maybe'; readonly text: string; readonly there: readonly FormStep[]; readonly absent: readonly FormStep[] }
  | { readonly step: 'name' }
  | { readonly step: 'integer'; readonly to: FormNumber }
  | { readonly step: 'instant' }
  | { readonly step: 'levels' | 'level'; readonly side: 'bids' | 'asks'; readonly form: LevelForm }
  | { readonly step: 'snapshot' }
  | { readonly step: 'variant'; readonly variant: number };

/**
 * The one compact form in which a venue sends its hot book messages, byte by byte. The symbol decides the digits of the numbers,
 * so a form has two parts: up to the symbol, whose `name` step names it, and the rest, in as many variants as the first part tells
 * apart (0 unless a `variant` step said otherwise). Whatever differs by a byte goes the JSON route.
 */
export interface FrameForm {
  readonly start: readonly FormStep[];
  readonly rest: readonly (readonly FormStep[])[];
}

/** Exactly this text. */
export const text = (content: string): FormStep => ({ step: 'text', text: content });

/** This text and then `there`, or, where it is not, `absent`. */
export const maybe = (content: string, there: readonly FormStep[] = [], absent: readonly FormStep[] = []): FormStep => {
  return { step: 'maybe', text: content, there, absent };
};

/** A plain text of at most 47 characters up to the quote behind it: in `start` the last one is the symbol. */
export const name = (): FormStep => ({ step: 'name' });

/** A JSON integer from 0 to 2^53 − 1. */
export const integer = (to: FormNumber): FormStep => ({ step: 'integer', to });

/** An instant as `2026-09-12T15:48:32.364945Z`, cut to the millisecond as `Date.parse` does: the frame's time. */
export const instant = (): FormStep => ({ step: 'instant' });

/** A JSON list of levels. */
export const levels = (side: 'bids' | 'asks', form: LevelForm): FormStep => ({ step: 'levels', side, form });

/** One level. */
export const level = (side: 'bids' | 'asks', form: LevelForm): FormStep => ({ step: 'level', side, form });

/** What is read is a snapshot, not an update. */
export const snapshot = (): FormStep => ({ step: 'snapshot' });

/** The rest of the frame is in this variant. */
export const variant = (index: number): FormStep => ({ step: 'variant', variant: index });

/** `["2683.80","3.0292"]`, the commonest form of a level. */
export const QUOTED_PAIR: LevelForm = { before: '["', between: '","', behind: '"]' };
