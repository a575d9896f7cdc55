import type { StreamWish } from '../../ports/stream-source.ts';

const KEYS = ['topics', 'from_seq'];

/**
 * What a query asks of the stream: `topics=a,b` (all when absent) and `from_seq=a:12,b:3`, or a plain number with one topic; or
 * what is wrong with it.
 */
export function streamWish(query: URLSearchParams): StreamWish | string {
  const unknown = [...new Set(query.keys())].filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) return `unknown query keys: ${unknown.join(', ')}`;
  const topics = query.has('topics') ? listOf(query.get('topics')!) : null;
  if (topics?.length === 0) return 'topics names at least one';
  const from = lastSeen(query.get('from_seq') ?? '', topics);
  return typeof from === 'string' ? from : { topics, from };
}

/** `topic:number,…`: what a client has seen; text when it cannot be read. */
export function lastSeen(text: string, topics: readonly string[] | null): StreamWish['from'] | string {
  const from: Record<string, number> = {};
  for (const part of listOf(text)) {
    const match = /^(?:([a-z0-9_]+):)?(\d{1,15})$/.exec(part);
    const topic = match?.[1] ?? (topics?.length === 1 ? topics[0] : undefined);
    if (match === null || topic === undefined) return `from_seq is topic:number,…; a plain number needs exactly one topic`;
    from[topic] = Number(match[2]);
  }
  return from;
}

/** The same as text: where a client goes on. */
export function lastSeenText(seen: ReadonlyMap<string, number>): string {
  return [...seen].map(([topic, seq]) => `${topic}:${seq}`).join(',');
}

function listOf(text: string): readonly string[] {
  return text.split(',').filter((part) => part !== '');
}
