import { checkContract } from '../contracts/decode.ts';
import { type HeadDocument, headDocumentSchema } from '../contracts/head-document.ts';
import { DOCUMENT_PATHS } from '../contracts/names.ts';
import type { SwitchAction } from '../contracts/switch-statement.ts';
import { LivepoolError } from '../core/errors.ts';
import { parseInstant } from '../core/instant.ts';
import type { DocumentData } from '../ports/document-store.ts';
import { FIRST_PREV_LOG_HASH } from './statements.ts';

/** A switch between INTENT and COMMIT; its process may be at work, dead, or asleep. */
export interface OpenSwitch {
  readonly target: string;
  readonly action: SwitchAction;
  /** Run key that opened it. */
  readonly request: string;
  readonly publishSeq: number;
}

/** Anything that reads one document: a store or a transaction. */
interface DocumentReader {
  get(path: string): Promise<DocumentData | null>;
}

/** State before the first act. */
export const FIRST_HEAD: HeadDocument = {
  epoch: 0,
  holder: null,
  lease_until: null,
  switching: false,
  target: null,
  action: null,
  request: null,
  publish_seq: 0,
  high_water: null,
  committed_version: null,
  committed_seq: 0,
  log_hash: FIRST_PREV_LOG_HASH,
  hold_until: null,
  hold_reason: null,
};

/** The head document, or `FIRST_HEAD` before the first act; an unreadable one is STORE_CORRUPT. */
export async function readHead(reader: DocumentReader): Promise<HeadDocument> {
  const data = await reader.get(DOCUMENT_PATHS.head);
  if (data === null) return FIRST_HEAD;
  const head = checkContract(headDocumentSchema, data, DOCUMENT_PATHS.head);
  if (head.ok) return head.value;
  throw new LivepoolError('STORE_CORRUPT', 'terminal', head.error.message, head.error.details);
}

/** The open switch of a head, or null. */
export function openSwitchOf(head: HeadDocument): OpenSwitch | null {
  const { switching, target, action, request, publish_seq } = head;
  if (!switching || target === null || action === null || request === null) return null;
  return { target, action, request, publishSeq: publish_seq };
}

/** Why publishing is on hold at `nowMs`, or null. */
export function activeHold(head: HeadDocument, nowMs: number): { readonly until: string; readonly reason: string } | null {
  if (head.hold_until === null || (parseInstant(head.hold_until) ?? 0) <= nowMs) return null;
  return { until: head.hold_until, reason: head.hold_reason ?? '' };
}

/** Head with its lease given up: the next act need not wait for it. */
export function withoutLease(head: HeadDocument): HeadDocument {
  return { ...head, holder: null, lease_until: null };
}
