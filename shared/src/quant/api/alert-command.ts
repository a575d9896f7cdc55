import { z } from 'zod';
import { parseStrictJson } from '../../core/strict-json.ts';

/** What a person does about an alert. */
export type AlertCommand = { readonly kind: 'ack' } | { readonly kind: 'snooze'; readonly untilMs: number };

const LONGEST_SNOOZE_MS = 7 * 86_400_000;
const reason = z.string().min(1).max(500);
/** Fields by which an authority knows the caller are its own business. */
const ackBody = z.looseObject({ reason: reason.optional() });
const snoozeBody = z.looseObject({ until: z.number().int().positive(), reason: reason.optional() });

/** The command in the body of `/api/alerts/<id>/ack` or `/snooze` (`{until}` in ms, at most a week away), or what is wrong. */
export function parseAlertCommand(kind: string, body: string, nowMs: number): AlertCommand | string {
  const json = parseStrictJson(new TextEncoder().encode(body === '' ? '{}' : body));
  if (!json.ok) return `the body is no JSON: ${json.error.message}`;
  if (kind === 'ack') return ackBody.safeParse(json.value).success ? { kind: 'ack' } : 'the body holds at most a reason';
  const parsed = snoozeBody.safeParse(json.value);
  if (!parsed.success) return 'the body names until, a time in ms';
  const { until } = parsed.data;
  const isFar = until <= nowMs || until > nowMs + LONGEST_SNOOZE_MS;
  return isFar ? 'until lies in the coming seven days' : { kind: 'snooze', untilMs: until };
}
