/** What the numbers of a delta say about it. `restart` = only a newer snapshot can help. */
export type SequenceVerdict = 'apply' | 'ignore' | 'gap';
export type BridgeVerdict = 'apply' | 'drop' | 'restart';

/** What a broken book asks for. */
export type BreakRemedy = 'resubscribe' | 'fetch_snapshot' | 'reconnect';

/**
 * How a venue numbers its book messages (market data spec §4.2), as pure functions of numbers: `firstId` and `lastId` span the
 * message, `previousId` is the message before it where the venue says so.
 */
export interface SequenceRule {
  /** Where the snapshot comes from: the stream itself, or a REST call that must be bridged by a delta. */
  readonly snapshotFrom: 'stream' | 'rest';
  readonly remedy: BreakRemedy;
  /** A delta against the snapshot's id, until one applies. */
  readonly bridge: (snapshotId: number, firstId: number, lastId: number, previousId: number) => BridgeVerdict;
  /** A delta against the last id that was applied. */
  readonly continues: (appliedId: number, firstId: number, lastId: number, previousId: number) => SequenceVerdict;
}

/** Numbers are per connection or there are none: the order of arrival is all that a single book has. */
export const unnumbered = {
  snapshotFrom: 'stream',
  bridge: () => 'apply',
  continues: () => 'apply',
} as const satisfies Partial<SequenceRule>;

/** `first = applied + 1`; what lies wholly before is a repetition. */
export function consecutive(appliedId: number, firstId: number, lastId: number): SequenceVerdict {
  if (firstId === appliedId + 1) return 'apply';
  return lastId <= appliedId ? 'ignore' : 'gap';
}

/** The first delta must span `snapshot + 1`. */
export function spansNext(snapshotId: number, firstId: number, lastId: number): BridgeVerdict {
  if (lastId < snapshotId + 1) return 'drop';
  return firstId <= snapshotId + 1 ? 'apply' : 'restart';
}

/** The first delta must follow the snapshot directly. */
export function followsSnapshot(snapshotId: number, firstId: number, lastId: number): BridgeVerdict {
  const verdict = consecutive(snapshotId, firstId, lastId);
  return verdict === 'ignore' ? 'drop' : verdict === 'gap' ? 'restart' : 'apply';
}
