import type { ConformanceCase, Expected } from './case.ts';
import { type ReaderAnswer, readerProcess } from './reader-process.ts';
import { repositoryServer } from './served-repository.ts';

/** A row that a reader got wrong. */
export interface Miss {
  readonly id: string;
  readonly why: string;
}

export interface PlayedTable {
  readonly played: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly misses: readonly Miss[];
}

/**
 * A reader may have this much in flight of a body without an end before it notices: what counts is what the server handed to the kernel,
 * whose own buffers grow to tens of megabytes on loopback (`net.ipv4.tcp_rmem`), however soon the reader hangs up.
 */
const MAX_SENT_BYTES = 64 * 1_048_576;

/**
 * Plays every row against a reader command over HTTP. A row is missed when the verdict is wrong, when an accepted pool is not the one of
 * the row, when no reason is of an expected family (unless `verdictsOnly`), or when the reader swallowed a body far beyond the cap.
 */
export async function playTable(
  command: readonly string[],
  rows: AsyncIterable<ConformanceCase>,
  options: { readonly verdictsOnly?: boolean } = {},
): Promise<PlayedTable> {
  const server = await repositoryServer();
  const reader = readerProcess(command);
  const misses: Miss[] = [];
  const counts = { accepted: 0, rejected: 0 };
  try {
    for await (const { id, want, state, repository, expected } of rows) {
      const answer = await reader.ask({ id, base: server.serve(repository), want, ...state });
      counts[expected.verdict] += 1;
      const why = missOf(expected, answer, options.verdictsOnly ?? false) ?? swallowed(server.bytesSent());
      if (why !== undefined) misses.push({ id, why });
    }
  } finally {
    await reader.close();
    await server.close();
  }
  return { played: counts.accepted + counts.rejected, ...counts, misses };
}

/** Why an answer is not the expected one, or undefined. */
export function missOf(expected: Expected, answer: ReaderAnswer, verdictsOnly: boolean): string | undefined {
  if (answer.verdict !== expected.verdict) return `${answer.verdict} instead of ${expected.verdict}: ${JSON.stringify(answer)}`;
  if (expected.verdict === 'accepted') return wrongPool(expected, answer);
  const families = (answer.reasons ?? []).map((reason) => reason.split(':')[0] ?? '');
  const isRight = verdictsOnly || expected.families.some((family) => families.includes(family));
  return isRight ? undefined : `reasons ${JSON.stringify(answer.reasons)}, expected ${expected.families.join(' or ')}`;
}

function wrongPool(expected: Extract<Expected, { verdict: 'accepted' }>, answer: ReaderAnswer): string | undefined {
  if (answer.version !== expected.version) return `version ${answer.version} instead of ${expected.version}`;
  if (answer.symbols?.join() !== expected.symbols.join()) return `another pool than ${expected.symbols.join()}`;
  return answer.signed === expected.signed ? undefined : `signed is ${answer.signed}`;
}

function swallowed(bytes: number): string | undefined {
  return bytes > MAX_SENT_BYTES ? `took ${bytes} bytes of a body that has no end` : undefined;
}
