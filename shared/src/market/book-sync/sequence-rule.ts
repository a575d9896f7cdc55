/** What the numbers of a delta say about it. `restart` = only a newer snapshot can help. */
export type SequenceVerdict = 'apply' | 'ignore' | 'gap';
export type BridgeVerdict = 'apply' | 'drop' | 'restart';

/** What a broken book asks for. */
export type BreakRemedy = 'resubscribe' | 'fetch_snapshot' | 'reconnect';

/**
 * Numbers of a message: `firstId` and `lastId` span it, `previousId` is the message before it where the venue says so. An object,
 * since numbers beyond 2^31 are boxed one by one when they are handed to one rule of several.
 */
export interface MessageNumbers {
  readonly firstId: number;
  readonly lastId: number;
  readonly previousId: number;
}

/** The number of the last message that was applied, or of the snapshot. */
export interface AppliedNumber {
  readonly lastId: number;
}

/** How a venue numbers its book messages (market data spec §4.2), as pure functions of numbers. */
export interface SequenceRule {
  /** Where the snapshot comes from: the stream itself, or a REST call that must be bridged by a delta. */
  readonly snapshotFrom: 'stream' | 'rest';
  readonly remedy: BreakRemedy;
  /** A delta against the snapshot's id, until one applies. */
  readonly bridge: (snapshot: AppliedNumber, message: MessageNumbers) => BridgeVerdict;
  /** A delta against the last id that was applied. */
  readonly continues: (applied: AppliedNumber, message: MessageNumbers) => SequenceVerdict;
}

/** Numbers are per connection or there are none: the order of arrival is all that a single book has. */
export const unnumbered = {
  snapshotFrom: 'stream',
  bridge: () => 'apply',
  continues: () => 'apply',
} as const satisfies Partial<SequenceRule>;

/** `first = applied + 1`; what lies wholly before is a repetition. */
export function consecutive(applied: AppliedNumber, message: MessageNumbers): SequenceVerdict {
  if (message.firstId === applied.lastId + 1) return 'apply';
  return message.lastId <= applied.lastId ? 'ignore' : 'gap';
}

/** The first delta must span `snapshot + 1`. */
export function spansNext(snapshot: AppliedNumber, message: MessageNumbers): BridgeVerdict {
  if (message.lastId < snapshot.lastId + 1) return 'drop';
  return message.firstId <= snapshot.lastId + 1 ? 'apply' : 'restart';
}

/** The first delta must follow the snapshot directly. */
export function followsSnapshot(snapshot: AppliedNumber, message: MessageNumbers): BridgeVerdict {
  const verdict = consecutive(snapshot, message);
  return verdict === 'ignore' ? 'drop' : verdict === 'gap' ? 'restart' : 'apply';
}
