import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { LivepoolError } from '../../core/errors.ts';
import { parseFrameLine } from '../../market/recording/frame-line.ts';
import { importJsonLines } from '../../market/recording/import-json-lines.ts';
import { importMarkedText } from '../../market/recording/import-marked-text.ts';
import type { RecordedEvent } from '../../market/recording/recorded-event.ts';
import type { RawLine } from '../../ports/frame-recorder.ts';
import type { SimulatedVenue } from '../../simulator/exchange.ts';
import type { LiveSurface } from '../../simulator/live/live-instrument.ts';
import { DEFAULT_NOW_MS } from '../../simulator/market/sample-market.ts';
import type { Replay, ReplayedMessage, ReplayedReply, ReplayedStream } from '../../simulator/replay/replay-simulator.ts';

/** Feeds whose recordings the simulator's sockets can serve. */
const SURFACE_OF_FEED: Readonly<Record<string, LiveSurface>> = {
  'kraken.spot': 'kraken_spot',
  'krakenfutures.perp': 'kraken_futures',
  'gate.spot': 'gate_spot',
  'gate.perp': 'gate_futures',
};
const VENUE_OF: Readonly<Record<LiveSurface, SimulatedVenue>> = {
  kraken_spot: 'kraken',
  kraken_futures: 'krakenfutures',
  gate_spot: 'gate',
  gate_futures: 'gate',
};
/** Distance of frames whose recording keeps no time. */
const UNTIMED_GAP_MS = 100;

/**
 * Recordings as the simulator serves them: our own (`.ndjson.gz`, which say what they are of), and text or JSON lines of others, for
 * which `surface` must say it. Throws INPUT_INVALID for a file without frames or of an unknown surface.
 */
export function loadReplay(paths: readonly string[], surface: LiveSurface | null): Replay {
  const parts = paths.map((path) => partOf(path, textOf(path), surface));
  const streams = parts.flatMap((part) => part.streams).toSorted((a, b) => beginOf(a) - beginOf(b));
  if (streams.length === 0) throw invalid(paths.join(', '), 'no frame that a venue sent');
  return { streams, replies: parts.flatMap((part) => part.replies).toSorted((a, b) => a.atMs - b.atMs) };
}

function partOf(path: string, text: string, surface: LiveSurface | null): Replay {
  const lines = text.split('\n').flatMap((line) => parseFrameLine(line) ?? []);
  if (lines.length > 0) return ofOwnLines(path, lines);
  if (surface === null) throw invalid(path, 'it does not say which venue it is of; name the surface');
  return ofEvents(/\.jsonl(\.gz)?$/.test(path) ? importJsonLines(text) : importMarkedText(text), surface);
}

/** Each recorded socket is a stream of its own. */
function ofOwnLines(path: string, lines: readonly RawLine[]): Replay {
  const streams = [...Map.groupBy(lines, ({ connection }) => connection)].map(([connection, own]): ReplayedStream => {
    const messages = own.flatMap(({ kind, tsMs, data }): readonly ReplayedMessage[] => {
      if (kind === 'recv') return [{ atMs: tsMs, data }];
      return kind === 'close' && data !== 'stopped' ? [{ atMs: tsMs, data: null }] : [];
    });
    return { surface: surfaceOf(path, connection), messages };
  });
  const replies = lines.flatMap(({ kind, connection, tsMs, url = '', data, note }): readonly ReplayedReply[] => {
    if (kind !== 'http' || note?.failed === true) return [];
    const body = typeof data === 'string' ? data : Buffer.from(data).toString('utf8');
    return [{ venue: VENUE_OF[surfaceOf(path, connection)], target: url, atMs: tsMs, body }];
  });
  return { streams: streams.filter(({ messages }) => messages.length > 0), replies };
}

function ofEvents(events: readonly RecordedEvent[], surface: LiveSurface): Replay {
  let atMs = events.find(({ tsRecvMs }) => tsRecvMs !== null)?.tsRecvMs ?? DEFAULT_NOW_MS;
  const messages: ReplayedMessage[] = [];
  const replies: ReplayedReply[] = [];
  for (const { kind, tsRecvMs, url, text } of events) {
    if (kind !== 'recv' && kind !== 'http') continue;
    atMs = tsRecvMs ?? atMs + UNTIMED_GAP_MS;
    if (kind === 'recv') messages.push({ atMs, data: text });
    else replies.push({ venue: VENUE_OF[surface], target: targetOf(url), atMs, body: text });
  }
  return { streams: messages.length === 0 ? [] : [{ surface, messages }], replies };
}

function targetOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function surfaceOf(path: string, connection: string): LiveSurface {
  const feed = connection.split('.').slice(0, 2).join('.');
  const surface = SURFACE_OF_FEED[feed];
  if (surface !== undefined) return surface;
  throw invalid(path, `the simulator has no sockets of ${feed}; it serves ${Object.keys(SURFACE_OF_FEED).join(', ')}`);
}

function beginOf({ messages }: ReplayedStream): number {
  return messages[0]?.atMs ?? 0;
}

function textOf(path: string): string {
  try {
    const bytes = readFileSync(path);
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw invalid(path, error instanceof Error ? error.message : String(error));
  }
}

function invalid(path: string, why: string): LivepoolError {
  return new LivepoolError('INPUT_INVALID', 'terminal', `the recording ${path} cannot be served: ${why}`, { path });
}
