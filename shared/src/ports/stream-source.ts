/** One message on its way to a client, written once for all of them. */
export interface StreamText {
  /** Name of the event; the topic it belongs to. */
  readonly event: string;
  /** Number of the message in its topic; null for a sign of life, which has none. */
  readonly seq: number | null;
  /** The message as JSON. */
  readonly text: string;
}

/** What a client asks for. */
export interface StreamWish {
  /** Topics it wants, in its order; null = all. */
  readonly topics: readonly string[] | null;
  /** Last number it has seen, by topic. */
  readonly from: Readonly<Record<string, number>>;
}

/**
 * Numbered messages for clients that stay (quant spec §9.1). Laws: `deliver` is called before `subscribe` returns for what comes
 * first: per topic the missed messages when all of them are kept, else a snapshot; then for every message, in the order of their
 * numbers, none twice, until the returned function was called · `deliver` must not wait and must not throw · a topic that does not
 * exist is refused by `unknownTopics`, and left out here.
 */
export interface StreamSource {
  unknownTopics(wish: StreamWish): readonly string[];
  subscribe(wish: StreamWish, deliver: (message: StreamText) => void): () => void;
  /** A message without number that tells a quiet client that all is well. */
  heartbeat(nowMs: number): StreamText;
}
