import { sha256Hex } from '../core/sha256.ts';

/** What happened, one line a request, and a hash over all lines so far. */
export interface EventLog {
  append(line: string): void;
  lines(): readonly string[];
  /** The newest line. */
  last(): string | undefined;
  /** SHA-256 chained over the lines in their order; 64 zeros before the first. */
  hash(): string;
}

/** Keeps the newest `keep` lines; the hash covers all of them. */
export function createEventLog(keep = 10_000): EventLog {
  const lines: string[] = [];
  let hash = '0'.repeat(64);
  return {
    append: (line) => {
      hash = sha256Hex(`${hash}\n${line}`);
      lines.push(line);
      if (lines.length > keep) lines.shift();
    },
    lines: () => [...lines],
    last: () => lines.at(-1),
    hash: () => hash,
  };
}
