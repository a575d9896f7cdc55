/** What a reader is asked for: the pool of the pointer, the five files of the pointer, or the five files of `current/`. */
export type Want = 'symbols' | 'files' | 'mirror';

/** Why a reader refuses; docs/contracts/reading-a-release.md says what belongs to each. */
export type ReasonFamily =
  | 'shape'
  | 'json'
  | 'encoding'
  | 'size'
  | 'missing'
  | 'key'
  | 'signature'
  | 'namespace'
  | 'sequence'
  | 'expiry'
  | 'age'
  | 'agreement'
  | 'hash'
  | 'torn';

/** How one name answers: bytes, or bytes that change from read to read, or one of the ways a server can misbehave. */
export type Served =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly encoding?: string }
  | { readonly kind: 'sequence'; readonly bodies: readonly Uint8Array[] }
  | { readonly kind: 'cut'; readonly bytes: Uint8Array }
  | { readonly kind: 'endless' }
  | { readonly kind: 'status'; readonly status: number };

/** Object name (or `summary.json`) to what is served under it; other names are 404. */
export type Repository = ReadonlyMap<string, Served>;

/** What a reader believes before it reads. */
export interface ReaderState {
  readonly keys: readonly { readonly alg: string /** base64 of the SPKI DER. */; readonly spki: string }[];
  readonly namespace: string;
  readonly last_seen: { readonly publish_seq: number; readonly manifest_sha256: string } | null;
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly now: string;
}

/** The one right answer. Any of the families is a right reason; a reader may name more. */
export type Expected =
  | { readonly verdict: 'accepted'; readonly version: string; readonly symbols: readonly string[]; readonly signed: boolean }
  | { readonly verdict: 'rejected'; readonly families: readonly ReasonFamily[] };

/** One row of the table. */
export interface ConformanceCase {
  readonly id: string;
  readonly want: Want;
  readonly state: ReaderState;
  readonly repository: Repository;
  readonly expected: Expected;
}
