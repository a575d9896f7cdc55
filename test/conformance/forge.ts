import { createHash } from 'node:crypto';
import { DATA_FILES, MANIFEST_FILE } from '#shared/contracts/artifact-files.ts';
import { RELEASE_STATEMENT_TYPE, SWITCH_STATEMENT_TYPE } from '#shared/contracts/names.ts';
import { type CompactValue, compactJson } from '#shared/core/compact-json.ts';
import type { SignatureAlgorithm } from '#shared/ports/signer.ts';
import { frameStatement } from '#shared/release/framing.ts';
import { signerOne } from '../release/support/release-lab.ts';
import type { Repository, Served } from './case.ts';
import { PREFIX, type WholeRelease } from './two-releases.ts';

type Fields = Record<string, unknown>;

/** What a forger changes. A statement given as a text is signed as that text. */
export interface Draft {
  summary: Fields;
  release: Fields | string;
  act: Fields | string;
  files: Map<string, Uint8Array>;
}

/** Who signs a draft: the product's signers fit. */
export interface ForgingKey {
  readonly alg: SignatureAlgorithm;
  readonly keyId: string;
  sign(message: Uint8Array): Promise<{ readonly bytes: Uint8Array }>;
}

/** A pointer as it is served, and the files behind it. */
export interface Forgery {
  readonly summary: Fields;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The release with its document changed and nothing signed again: what somebody with write access to the database can do. */
export function tampered(whole: WholeRelease, change: (summary: Fields) => void): Forgery {
  const summary = structuredClone(whole.summary) as Fields;
  change(summary);
  if (JSON.stringify(summary) === JSON.stringify(whole.summary)) throw new Error(`the change changed nothing: ${String(change)}`);
  return { summary, files: whole.files };
}

/** The release with anything changed and both statements signed again: what only the holder of `key` can do. */
export async function resigned(
  whole: WholeRelease,
  change: (draft: Draft) => void,
  key: ForgingKey = signerOne,
): Promise<Forgery> {
  const { signature } = whole.summary;
  const parse = (base64: string): Fields => JSON.parse(Buffer.from(base64, 'base64').toString()) as Fields;
  const draft: Draft = {
    summary: structuredClone(whole.summary) as Fields,
    release: parse(signature.release_statement),
    act: parse(signature.switch_statement),
    files: new Map(whole.files),
  };
  change(draft);
  const release = await signStatement(RELEASE_STATEMENT_TYPE, draft.release, key);
  const act = await signStatement(SWITCH_STATEMENT_TYPE, draft.act, key);
  const signatures = {
    alg: key.alg,
    release_statement: release.body,
    release_sig: release.sig,
    switch_statement: act.body,
    switch_sig: act.sig,
  };
  return { summary: { ...draft.summary, key_id: key.keyId, log_hash: act.hash, signature: signatures }, files: draft.files };
}

/** Sets a field in the document and in every statement that has it. */
export function setEverywhere(draft: Draft, field: string, value: unknown): void {
  draft.summary[field] = value;
  for (const statement of [draft.release, draft.act]) {
    if (typeof statement !== 'string' && field in statement) statement[field] = value;
  }
}

/** Changes the text of one file and binds manifest, document and statements to the new bytes. */
export function rewrite(draft: Draft, file: string, change: (text: string) => string): void {
  replaceBytes(draft, file, Buffer.from(change(Buffer.from(bytesOf(draft.files, file)).toString())));
}

/** Replaces one file and binds manifest, document and statements to the new bytes. */
export function replaceBytes(draft: Draft, file: string, bytes: Uint8Array): void {
  const [before, after] = [sha256(bytesOf(draft.files, file)), sha256(bytes)];
  if (before === after) throw new Error(`the change of ${file} changed nothing`);
  draft.files.set(file, bytes);
  const rebound = (text: string): string => text.replaceAll(before, after);
  if (file !== MANIFEST_FILE) {
    const manifest = Buffer.from(bytesOf(draft.files, MANIFEST_FILE)).toString();
    draft.files.set(MANIFEST_FILE, Buffer.from(rebound(manifest)));
    draft.summary.runtime_evidence_identity = JSON.parse(rebound(JSON.stringify(draft.summary.runtime_evidence_identity)));
  }
  const legacy = Buffer.from(bytesOf(draft.files, 'live_pool_legacy.json')).toString();
  draft.summary.live_pool_legacy_exact_bytes = {
    ...(draft.summary.live_pool_legacy_exact_bytes as Fields),
    utf8_text: legacy,
  };
  const lines = DATA_FILES.map((name) => `${sha256(bytesOf(draft.files, name))}  ${name}\n`);
  setEverywhere(draft, 'content_digest', sha256(lines.join('')));
  setEverywhere(draft, 'manifest_sha256', sha256(bytesOf(draft.files, MANIFEST_FILE)));
}

/** Everything under its name: the pointer, the versioned files and `current/`, which may hold other files. */
export function repositoryOf(
  { summary, files }: Forgery | WholeRelease,
  current: ReadonlyMap<string, Uint8Array> = files,
): Map<string, Served> {
  const version = (summary as Fields).version as string;
  const repository = new Map<string, Served>([['summary.json', plain(Buffer.from(JSON.stringify(summary)))]]);
  for (const [file, bytes] of files) repository.set(versionedName(version, file), plain(bytes));
  for (const [file, bytes] of current) repository.set(currentName(file), plain(bytes));
  return repository;
}

/** The repository with one name serving something else, or nothing. */
export function serving(repository: Repository, name: string, what: Served | undefined): Repository {
  const copy = new Map(repository);
  if (what === undefined) copy.delete(name);
  else copy.set(name, what);
  return copy;
}

export function plain(bytes: Uint8Array | string): Served {
  return { kind: 'bytes', bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes };
}

export function versionedName(version: string, file: string): string {
  return `${PREFIX}/releases/${version}/${file}`;
}

export function currentName(file: string): string {
  return `${PREFIX}/current/${file}`;
}

export function bytesOf(files: ReadonlyMap<string, Uint8Array>, file: string): Uint8Array {
  const bytes = files.get(file);
  if (bytes === undefined) throw new Error(`there is no ${file}`);
  return bytes;
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function signStatement(type: string, statement: Fields | string, key: ForgingKey) {
  const body = Buffer.from(typeof statement === 'string' ? statement : compactJson(statement as CompactValue));
  const framed = frameStatement(type, body);
  const { bytes } = await key.sign(framed);
  return { body: body.toString('base64'), sig: Buffer.from(bytes).toString('base64'), hash: sha256(framed) };
}
