import { z } from 'zod';
import { parseDay } from '../core/calendar-day.ts';
import { parseInstant } from '../core/instant.ts';

/** 64 lower-case hex digits. */
export const sha256Text = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

/** A git commit: 40 lower-case hex digits. */
export const commitText = z.string().regex(/^[0-9a-f]{40}$/, 'must be 40 lower-case hex digits');

/** `YYYY-MM-DD`, a date that exists. */
export const dateText = z.string().refine((text) => parseDay(text) !== undefined, 'must be a date YYYY-MM-DD');

/** An ISO 8601 UTC instant, `…Z` or `…+00:00`. */
export const instantText = z.string().refine((text) => parseInstant(text) !== undefined, 'must be a UTC instant');

/** `^[A-Z0-9]{1,20}USDT$`, the contract form of a symbol. */
export const symbolText = z.string().regex(/^[A-Z0-9]{1,20}USDT$/, 'must be an upper-case USDT symbol');

export const base64Text = z.base64();

export const sequenceNumber = z.number().int().nonnegative();
