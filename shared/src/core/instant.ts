/** `YYYY-MM-DDTHH:MM:SS+00:00`, the form of every time in an artifact (release spec §2); fractions of a second are cut. */
export function formatInstant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
}

/** `YYYY-MM-DDTHH:MM:SSZ`, the form of times in signed statements. */
export function formatInstantZ(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

const ISO_INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|\+00:00)$/;

/** Milliseconds of an ISO 8601 UTC instant, or undefined; local times and other offsets are refused. */
export function parseInstant(text: string): number | undefined {
  if (!ISO_INSTANT.test(text)) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return undefined;
  return new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19) ? ms : undefined;
}
