import type { Refusal } from '#shared/core/result.ts';
import type { LogFields } from '#shared/ports/logger.ts';

/** How a request ended, before it is put into HTTP (operations spec §2). Errors are thrown instead. */
export type Outcome =
  /** Done, done before, nothing to do, or held by an operator: nothing is to be repeated. */
  | { readonly kind: 'done' | 'duplicate' | 'no_op' | 'held'; readonly fields?: LogFields; readonly headers?: ResultHeaders }
  /** Something that must come first is not there yet: the sender tries again. */
  | { readonly kind: 'not_ready'; readonly refusal: Refusal }
  /** No repetition helps; a person must look. */
  | { readonly kind: 'terminal'; readonly refusals: readonly Refusal[]; readonly fields?: LogFields }
  /** Not a request of ours. */
  | { readonly kind: 'bad_request' | 'unauthenticated' | 'forbidden'; readonly refusal: Refusal };

/** What a caller who waits for the answer learns from a 204: `livepool-…` headers. */
export type ResultHeaders = Readonly<Record<`livepool-${string}`, string>>;
