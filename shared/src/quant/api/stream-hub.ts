import { STREAM_DATA, type StreamEventName, type StreamMessage } from '../../contracts/quant-stream.ts';
import type { StreamSource, StreamText, StreamWish } from '../../ports/stream-source.ts';
import { StreamTopic } from './stream-topic.ts';

type DataOf<Name extends StreamEventName> = Extract<StreamMessage, { event: Name }>['data'];

/** The whole of a topic for a client that begins: one message or several (each open alert is one), none where there is nothing yet. */
export type SnapshotOf<Name extends StreamEventName> = () => readonly DataOf<Name>[];

/** Topics of which each message is the whole: the newest one is the snapshot. */
const WHOLE: ReadonlySet<string> = new Set<StreamEventName>(['quant_update_5s', 'health']);

const TOPICS = Object.keys(STREAM_DATA) as readonly StreamEventName[];

/**
 * All topics of the stream and who listens (quant spec §9.1). Numbers of a topic begin with the time of the process's start, so that
 * `from_seq` of a client of the process before is older than all that is kept, and it gets a snapshot.
 */
export class StreamHub implements StreamSource {
  readonly #topics: ReadonlyMap<string, StreamTopic<StreamEventName>>;
  readonly #snapshots = new Map<string, SnapshotOf<StreamEventName>>();
  readonly #listeners = new Set<{ readonly topics: ReadonlySet<string>; readonly deliver: (message: StreamText) => void }>();
  readonly #newest = new Map<string, DataOf<StreamEventName>>();
  readonly #startedMs: number;
  #lastTs = 0;

  constructor(startedMs: number) {
    this.#startedMs = startedMs;
    this.#topics = new Map(TOPICS.map((name) => [name, new StreamTopic<StreamEventName>(name, startedMs)]));
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Says where the snapshots of a topic come from. */
  snapshots<Name extends StreamEventName>(name: Name, of: SnapshotOf<Name>): void {
    this.#snapshots.set(name, of as unknown as SnapshotOf<StreamEventName>);
  }

  /** Numbers a change and gives it to everybody who listens. */
  push<Name extends StreamEventName>(name: Name, ts: number, data: DataOf<Name>): void {
    this.#lastTs = ts;
    if (WHOLE.has(name)) this.#newest.set(name, data);
    const message = textOf(this.#topics.get(name)!.push(ts, data));
    for (const { topics, deliver } of this.#listeners) if (topics.has(name)) deliver(message);
  }

  unknownTopics({ topics, from }: StreamWish): readonly string[] {
    return [...new Set([...(topics ?? []), ...Object.keys(from)])].filter((name) => !this.#topics.has(name));
  }

  subscribe({ topics, from }: StreamWish, deliver: (message: StreamText) => void): () => void {
    const wanted = new Set(topics ?? this.#topics.keys());
    for (const name of wanted) {
      const topic = this.#topics.get(name);
      if (topic === undefined) continue;
      const missed = from[name] === undefined ? undefined : topic.since(from[name]);
      for (const message of missed ?? this.#snapshotOf(name, topic)) deliver(textOf(message));
    }
    const listener = { topics: wanted, deliver };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  heartbeat(nowMs: number): StreamText {
    return { event: 'heartbeat', seq: null, text: JSON.stringify({ schema: 'stream/1', event: 'heartbeat', ts: nowMs }) };
  }

  #snapshotOf(name: string, topic: StreamTopic<StreamEventName>): readonly StreamMessage[] {
    const ts = Math.max(this.#lastTs, this.#startedMs);
    const newest = this.#newest.get(name);
    const whole = this.#snapshots.get(name)?.() ?? (newest === undefined ? [] : [newest]);
    return whole.map((data) => topic.snapshot(ts, data));
  }
}

function textOf(message: StreamMessage): StreamText {
  return { event: message.event, seq: message.seq, text: JSON.stringify(message) };
}
