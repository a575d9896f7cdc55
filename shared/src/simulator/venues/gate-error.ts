import { jsonAnswer, type VenueAnswer } from './venue-http.ts';

/** Gate's error form: `{label, message}`. */
export function gateError(label: string, message: string, status = 400): VenueAnswer {
  return jsonAnswer(status, { label, message });
}

/** The answer to a pair that the venue does not list. */
export function invalidPair(id: string): VenueAnswer {
  return gateError('INVALID_CURRENCY_PAIR', `Invalid currency pair ${id}`);
}
