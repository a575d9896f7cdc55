import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { importJsonLines } from '#shared/market/recording/import-json-lines.ts';
import { importMarkedText } from '#shared/market/recording/import-marked-text.ts';
import { importStampedLines } from '#shared/market/recording/import-stamped-lines.ts';
import type { RecordedEvent } from '#shared/market/recording/recorded-event.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The recorded data beside the project. */
export const RECORDED_DATA = join(ROOT, '..', 'shared', 'data');
const PAYLOADS = join(RECORDED_DATA, 'exchange-payloads');

/** Whether the recordings are here; says so on the console when they are not, so that a skip never looks like a pass. */
export function hasRecordings(suite: string): boolean {
  const present = existsSync(PAYLOADS);
  if (!present) console.warn(`not run: ${suite} needs the recorded data in ${PAYLOADS}`);
  return present;
}

/** A file of `exchange-payloads/cryptofeed`, in either of its two formats. */
export function cryptofeed(name: string): readonly RecordedEvent[] {
  const text = fileText(join(PAYLOADS, 'cryptofeed', name));
  return name.includes('.jsonl') ? importJsonLines(text) : importMarkedText(text);
}

/** A `.jsonl` file of bare frames in `exchange-payloads/transcribed`. */
export function transcribed(name: string): readonly RecordedEvent[] {
  return importJsonLines(fileText(join(PAYLOADS, 'transcribed', name)));
}

/** A file of `ticks/hftbacktest`. */
export function ticks(name: string): readonly RecordedEvent[] {
  return importStampedLines(fileText(join(RECORDED_DATA, 'ticks', 'hftbacktest', name)));
}

/** Text of a file of `exchange-payloads`. */
export function payloadText(path: string): string {
  return fileText(join(PAYLOADS, path));
}

/** Texts of what was received. */
export function received(events: readonly RecordedEvent[]): readonly string[] {
  return events.filter((event) => event.kind === 'recv').map((event) => event.text);
}

function fileText(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}
