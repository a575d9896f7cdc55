// The product's own reader behind the line protocol of the conformance table.
import { createInterface } from 'node:readline';
import { MAX_ARTIFACT_BYTES } from '#shared/contracts/artifact-files.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Refusal } from '#shared/core/result.ts';
import { parseStrictJson } from '#shared/core/strict-json.ts';
import { requireFile } from '#shared/release/digests.ts';
import { releaseLayout } from '#shared/release/layout.ts';
import { judgePointer } from '#shared/release/reader/judge-pointer.ts';
import { poolOfFile } from '#shared/release/reader/pool-file.ts';
import { readCurrentOnce } from '#shared/release/reader/read-current.ts';
import { readReleaseFiles } from '#shared/release/reader/read-files.ts';
import { keyIdOf } from '#shared/release/statements.ts';
import type { ReaderAnswer, ReaderRequest } from './reader-process.ts';
import { webObjectStore } from './web-object-store.ts';

type Answer = Omit<ReaderAnswer, 'id'>;

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as ReaderRequest;
  const answer = await judge(request).catch(refusalOf);
  process.stdout.write(`${JSON.stringify({ id: request.id, ...answer })}\n`);
}

async function judge(request: ReaderRequest): Promise<Answer> {
  const deps = { objects: webObjectStore(request.base), layout: releaseLayout() };
  const nowMs = Date.parse(request.now);
  if (request.want === 'mirror') {
    const files = await readCurrentOnce(deps);
    return files.ok ? poolAnswer(requireFile(files.value, 'live_pool.json'), nowMs, false) : rejected([files.error]);
  }
  const document = await deps.objects.get('summary.json', { maxBytes: MAX_ARTIFACT_BYTES });
  if (document === null) return rejected([{ code: 'POINTER_REJECTED', message: 'there is no summary document' }]);
  const json = parseStrictJson(document.bytes);
  if (!json.ok) return rejected([{ code: 'POINTER_REJECTED', message: json.error.message }]);
  const pointer = judgePointer(json.value, { trust: trustOf(request), lastSeen: seenBy(request), nowMs });
  if (!pointer.ok) return rejected(pointer.error);
  const { version, symbols } = pointer.value.summary;
  if (request.want === 'symbols') return { verdict: 'accepted', version, symbols, signed: true };
  const files = await readReleaseFiles(deps, pointer.value);
  return files.ok ? poolAnswer(requireFile(files.value, 'live_pool.json'), nowMs, true) : rejected([files.error]);
}

function poolAnswer(bytes: Uint8Array, nowMs: number, signed: boolean): Answer {
  const pool = poolOfFile(bytes, nowMs);
  if (!pool.ok) return rejected([pool.error]);
  return { verdict: 'accepted', version: pool.value.version, symbols: pool.value.symbols, signed };
}

function trustOf({ keys, namespace }: ReaderRequest) {
  const trusted = keys.map(({ alg, spki }) => {
    const publicKeyDer = Buffer.from(spki, 'base64');
    return { alg, publicKeyDer, keyId: keyIdOf(publicKeyDer) };
  });
  return { keys: trusted, namespace };
}

function seenBy({ last_seen: seen }: ReaderRequest) {
  return seen === null ? null : { publishSeq: seen.publish_seq, manifestSha256: seen.manifest_sha256 };
}

function rejected(refusals: readonly Refusal[]): Answer {
  return { verdict: 'rejected', reasons: refusals.map(({ code, message }) => `${code}: ${message}`) };
}

/** A source that cannot be read is a reason; anything else is a defect of the reader, and no verdict. */
function refusalOf(error: unknown): Answer {
  if (error instanceof LivepoolError && error.kind !== 'bug') return rejected([{ code: error.code, message: error.message }]);
  return { verdict: `fault: ${String(error)}` };
}
