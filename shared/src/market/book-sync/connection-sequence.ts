import type { SequenceVerdict } from './sequence-rule.ts';

/**
 * Verdict on a frame of a venue that numbers all frames of a connection (Coinbase `sequence_num`, Gemini v1 `socket_sequence`):
 * the first is 0, then one more each; lower is a repetition, higher a gap that only a new connection heals.
 * `last` is −1 before the first frame.
 */
export function connectionVerdict(last: number, sequence: number): SequenceVerdict {
  if (sequence === last + 1) return 'apply';
  return sequence <= last ? 'ignore' : 'gap';
}
