import type { ActRequest } from '../../contracts/act-request.ts';
import type { HeadDocument } from '../../contracts/head-document.ts';
import type { LogEntry } from '../../contracts/log-entry.ts';
import { DOCUMENT_PATHS } from '../../contracts/names.ts';
import { type SummaryDocument, summaryDocumentSchema } from '../../contracts/summary-document.ts';
import type { SwitchStatement } from '../../contracts/switch-statement.ts';
import { LivepoolError } from '../../core/errors.ts';
import { formatInstantZ } from '../../core/instant.ts';
import type { DocumentData, DocumentTransaction } from '../../ports/document-store.ts';
import { expiresAt } from '../expiry.ts';
import { readHead, withoutLease } from '../head.ts';
import type { ReleaseDeps } from '../release-deps.ts';
import {
  encodeSwitchStatement,
  entryHash,
  frameReleaseStatement,
  frameSwitchStatement,
  type SignedStatement,
} from '../statements.ts';
import { summaryDocument } from '../summary.ts';
import { type Intent, requireEpoch } from './intent.ts';

/** The documents of one commit. */
interface Committal {
  readonly summary: SummaryDocument;
  readonly entry: LogEntry;
}

/**
 * Step 11 COMMIT, the only moment at which readers see something new: summary, log entry and head in one transaction that proves
 * epoch and sequence again (rule O3). After a lost answer the transaction runs again and begins by asking whether the log already
 * has this number, which no other act can have written.
 */
export async function commit(deps: ReleaseDeps, intent: Intent, options: { readonly keepLease: boolean }): Promise<void> {
  const { summary, entry } = await prepare(deps, intent);
  await deps.documents.transaction(async (tx) => {
    const head = await readHead(tx);
    if (await isLogged(tx, entry)) return;
    requireEpoch(head, intent.epoch);
    requireOpen(head, intent);
    tx.set(DOCUMENT_PATHS.summary, summary as DocumentData);
    tx.create(DOCUMENT_PATHS.logEntry(entry.publish_seq), entry);
    const next = committed(head, intent, entry);
    tx.set(DOCUMENT_PATHS.head, options.keepLease ? next : withoutLease(next));
    if (intent.request !== null) tx.set(DOCUMENT_PATHS.request(intent.act.request), settled(intent.request, entry));
  });
}

async function prepare(deps: ReleaseDeps, intent: Intent): Promise<Committal> {
  const issuedAt = formatInstantZ(deps.clock.nowMs());
  const signed = await sign(deps, encodeSwitchStatement(switchStatement(deps.namespace, intent, issuedAt)), frameSwitchStatement);
  const hash = entryHash(signed.bytes);
  const summary = summaryDocument(intent.act.target.files, {
    layout: deps.layout,
    publishSeq: intent.publishSeq,
    action: intent.act.action,
    manifestGeneration: intent.act.target.entry.files['artifact_manifest.json'].generation,
    committedAt: issuedAt,
    prevVersion: intent.prev.version,
    logHash: hash,
    release: await releaseSignature(deps, intent),
    switch: signed,
  });
  return { summary: summaryDocumentSchema.parse(summary), entry: logEntry(intent, signed, hash) };
}

/** The summary names one key, so a statement that a former key signed is signed again: the same bytes under the present key. */
async function releaseSignature(deps: ReleaseDeps, { act }: Intent): Promise<SignedStatement> {
  const { signed } = act.target;
  return signed.keyId === deps.signer.keyId ? signed : sign(deps, signed.bytes, frameReleaseStatement);
}

async function sign(deps: ReleaseDeps, bytes: Uint8Array, frame: (body: Uint8Array) => Uint8Array): Promise<SignedStatement> {
  const signature = await deps.signer.sign(frame(bytes));
  return { bytes, alg: signature.alg, keyId: signature.keyId, signature: signature.bytes };
}

function switchStatement(namespace: string, { act, publishSeq, prev, request }: Intent, issuedAt: string): SwitchStatement {
  return {
    action: act.action,
    expires_at: expiresAt(act.target.statement.as_of_date),
    issued_at: issuedAt,
    manifest_sha256: act.target.entry.manifest_sha256,
    namespace,
    prev_log_hash: prev.logHash,
    prev_seq: prev.seq,
    publish_seq: publishSeq,
    version: act.target.version,
    approved_by: request?.approved_by,
    condemns: request?.condemns ?? undefined,
    reason: request?.reason ?? undefined,
  };
}

function logEntry({ act, publishSeq, prev }: Intent, signed: SignedStatement, hash: string): LogEntry {
  return {
    publish_seq: publishSeq,
    prev_seq: prev.seq,
    action: act.action,
    version: act.target.version,
    switch_statement: Buffer.from(signed.bytes).toString('base64'),
    switch_sig: Buffer.from(signed.signature).toString('base64'),
    key_id: signed.keyId,
    entry_hash: hash,
  };
}

async function isLogged(tx: DocumentTransaction, entry: LogEntry): Promise<boolean> {
  return (await tx.get(DOCUMENT_PATHS.logEntry(entry.publish_seq))) !== null;
}

function requireOpen(head: HeadDocument, { publishSeq, act }: Intent): void {
  if (head.switching && head.publish_seq === publishSeq && head.target === act.target.version) return;
  throw new LivepoolError('EPOCH_LOST', 'transient', `act ${publishSeq} is no longer the open one; run the same command again`);
}

function committed(head: HeadDocument, { act, publishSeq }: Intent, entry: LogEntry): HeadDocument {
  return {
    ...head,
    switching: false,
    target: null,
    action: null,
    request: null,
    committed_version: act.target.version,
    committed_seq: publishSeq,
    log_hash: entry.entry_hash,
  };
}

function settled(request: ActRequest, entry: LogEntry): ActRequest {
  return { ...request, publish_seq: entry.publish_seq };
}
