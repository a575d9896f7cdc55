import { LivepoolError } from '../../core/errors.ts';

/** The constructors of ccxt's error classes that decide; handed in, so that this file does not load ccxt. */
export interface CcxtErrors {
  /** Everything that may succeed later: network, maintenance, unreadable answers. */
  readonly OperationFailed: ErrorClass;
  readonly RateLimitExceeded: ErrorClass;
  readonly DDoSProtection: ErrorClass;
  readonly BadSymbol: ErrorClass;
}

type ErrorClass = abstract new (...args: never[]) => Error;

/** Longest part of a venue's own words in a message: error pages can be whole documents. */
const MAX_WORDS = 300;

/**
 * A venue's failure as an error of ours: too many requests and everything on the wire is `transient`; an unknown symbol and a
 * request the venue refuses are `terminal`. Errors that are ours already pass unchanged.
 */
export function mapCcxtError(error: unknown, venue: string, subject: string, errors: CcxtErrors): LivepoolError {
  if (error instanceof LivepoolError) return error;
  const words = (error instanceof Error ? error.message : String(error)).slice(0, MAX_WORDS);
  const message = `${venue} ${subject}: ${words}`;
  const details = { venue, subject };
  if (error instanceof errors.BadSymbol) return new LivepoolError('SYMBOL_UNKNOWN', 'terminal', message, details, error);
  if (error instanceof errors.RateLimitExceeded || error instanceof errors.DDoSProtection) {
    return new LivepoolError('VENUE_RATE_LIMITED', 'transient', message, details, error);
  }
  if (error instanceof errors.OperationFailed || isAborted(error)) {
    return new LivepoolError('VENUE_UNAVAILABLE', 'transient', message, details, error);
  }
  if (error instanceof TypeError || error instanceof SyntaxError) {
    return new LivepoolError('VENUE_PAYLOAD_SHAPE', 'transient', message, details, error);
  }
  return new LivepoolError('VENUE_ERROR', 'terminal', message, details, error);
}

function isAborted(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
