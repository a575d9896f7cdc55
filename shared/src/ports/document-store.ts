/** Values a document may hold. Integers and floats are both `number`; undefined is refused. */
export type DocumentValue =
  | string
  | number
  | boolean
  | null
  | readonly DocumentValue[]
  | { readonly [key: string]: DocumentValue };

export type DocumentData = { readonly [field: string]: DocumentValue };

/** Reads see the state at the start of the transaction plus nothing else; all reads come before the first write. */
export interface DocumentTransaction {
  get(path: string): Promise<DocumentData | null>;
  /** Fails the transaction with DOCUMENT_EXISTS when the document is already there. */
  create(path: string, data: DocumentData): void;
  /** Creates or replaces the whole document. */
  set(path: string, data: DocumentData): void;
  delete(path: string): void;
}

export interface DocumentEntry {
  readonly id: string;
  readonly data: DocumentData;
}

/**
 * Small documents under `collection/id` paths with serialisable transactions. Laws (test/laws/document-store.ts):
 * two concurrent transactions behave as one after the other · the body may run more than once and must only write through its
 * argument · a body that throws leaves nothing behind · data read back is deeply equal to what was written, and never shares memory
 * with it · map key order is not promised · what a store cannot keep is refused (DOCUMENT_INVALID, `document-shape.ts`) ·
 * an answer lost after the commit surfaces as LivepoolError COMMIT_UNKNOWN (transient): the state is then either before or after,
 * and reading tells which.
 */
export interface DocumentStore {
  get(path: string): Promise<DocumentData | null>;
  /** Documents of a collection ascending by id (UTF-8 bytes) from `startAt` on, itself included; `descending` walks down from it. */
  list(
    collection: string,
    options?: { readonly startAt?: string; readonly limit?: number; readonly descending?: boolean },
  ): Promise<readonly DocumentEntry[]>;
  transaction<T>(body: (tx: DocumentTransaction) => Promise<T>): Promise<T>;
}
