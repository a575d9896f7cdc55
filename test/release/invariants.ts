import { createHash, createPublicKey, verify } from 'node:crypto';
import type { Stores } from './support/release-lab.ts';

/**
 * An independent judge of invariants I1–I8 of release spec §6. It reads the stores raw and shares no code with the product: every
 * rule of the layout, the framing and the chain is written here a second time.
 */
export interface Judge {
  /** Throws an error that begins with the broken invariant. Remembers what it saw, for the rules about time. */
  check(when: string): Promise<void>;
  /** I7: nothing is open any more. */
  checkSettled(when: string): Promise<void>;
  /** What the rules about time remember: a judge that begins with it goes on where this one stands. */
  memory(): JudgeMemory;
}

/** What was seen so far. */
export interface JudgeMemory {
  /** Digests of each version that was ever sealed. */
  readonly sealedAs: Readonly<Record<string, string>>;
  readonly lastSeq: number;
  readonly lastSummary: string;
}

export interface JudgeOptions {
  /** DER public keys that may sign. */
  readonly publicKeys: readonly Uint8Array[];
  readonly namespace: string;
  readonly memory?: JudgeMemory;
  /**
   * Number of the newest act when a foreign hand last touched `current/`, if it ever did: I3 binds again once an act with a
   * greater number is committed. The other invariants bind always.
   */
  readonly damagedAt?: () => number | null;
}

const FILES = [
  'latest_universe.json',
  'latest_ranking.csv',
  'live_pool.json',
  'live_pool_legacy.json',
  'artifact_manifest.json',
] as const;
const ROOT = 'crypto-live-pool-pipelines';
const SUMMARY = 'strategy/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL';
const HEAD = 'head/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL';

/** Every field that any raw document has under the name; which one has it, the rules know. */
interface Row {
  readonly action: string;
  readonly artifacts: Readonly<Record<string, { readonly path: (typeof FILES)[number]; readonly sha256: string }>>;
  readonly committed_seq: number;
  readonly committed_version: string | null;
  readonly content_digest: string;
  readonly files: Readonly<Record<string, { readonly sha256: string }>>;
  readonly high_water: string | null;
  readonly log_hash: string;
  readonly manifest_sha256: string;
  readonly namespace: string;
  readonly prev_log_hash: string;
  readonly prev_seq: number;
  readonly publish_seq: number;
  readonly release_sig: string;
  readonly release_statement: string;
  readonly signature: Pick<Row, 'release_sig' | 'release_statement' | 'switch_sig' | 'switch_statement'>;
  readonly switch_sig: string;
  readonly switch_statement: string;
  readonly switching: boolean;
  readonly version: string;
}

const FIRST_HEAD = { switching: false, committed_version: null, committed_seq: 0, publish_seq: 0, high_water: null };

export function invariantJudge({ objects, documents }: Stores, options: JudgeOptions): Judge {
  const digests = new Map<string, string>();
  const sealedAs = new Map(Object.entries(options.memory?.sealedAs ?? {}));
  let { lastSeq, lastSummary } = options.memory ?? { lastSeq: 0, lastSummary: '' };

  const digestOf = async (name: string): Promise<string | null> => {
    const stat = await objects.stat(name);
    if (stat === null) return null;
    const key = `${name}#${stat.generation}`;
    const known = digests.get(key);
    if (known !== undefined) return known;
    const stored = await objects.get(name, { generation: stat.generation });
    if (stored === null) return null;
    const digest = sha256(stored.bytes);
    digests.set(key, digest);
    return digest;
  };
  const read = async (path: string): Promise<Row | null> => (await documents.get(path)) as unknown as Row | null;

  const checkSealedBytes = async (fail: Fail): Promise<void> => {
    for (const { id, data } of await documents.list('releases')) {
      const row = data as unknown as Row;
      const text = JSON.stringify([row.content_digest, row.manifest_sha256]);
      if ((sealedAs.get(id) ?? text) !== text) fail('I1', `${id} was sealed with other bytes before`);
      sealedAs.set(id, text);
      for (const file of FILES) {
        const digest = await digestOf(`${ROOT}/releases/${id}/${file}`);
        if (digest !== row.files[file]?.sha256) fail('I1', `${id}/${file} has ${digest}`);
      }
      const lines = FILES.slice(0, 4).map((file) => `${row.files[file]?.sha256}  ${file}\n`);
      if (sha256(lines.join('')) !== row.content_digest) fail('I1', `${id}: content_digest does not follow from its files`);
      if (!isSigned(row.release_statement, row.release_sig, 'release', options)) fail('I8', `${id}: seal is not signed`);
    }
  };

  /** What a reader of `current/` does: believe the manifest if the four hashes fit. */
  const checkMirror = async (head: Row, fail: Fail): Promise<void> => {
    const found = await Promise.all(FILES.map((file) => digestOf(`${ROOT}/current/${file}`)));
    const isExcused = head.committed_seq <= (options.damagedAt?.() ?? -1);
    const versions = (await documents.list('releases')).filter(({ data }) =>
      FILES.every((file, index) => (data as unknown as Row).files[file]?.sha256 === found[index]),
    );
    const manifest = await objects.get(`${ROOT}/current/artifact_manifest.json`);
    if (manifest !== null) {
      const bound = boundBy(manifest.bytes);
      const isAccepted = bound?.every((entry) => found[FILES.indexOf(entry.path)] === entry.sha256);
      // Nothing tells a reader of the unsigned mirror that a foreign hand changed words of the manifest around the four digests.
      if (isAccepted === true && versions.length === 0 && !isExcused)
        fail('I2', 'a reader of current/ accepts a set that is no sealed version');
    }
    if (head.switching === true || isExcused) return;
    const committed = head.committed_version;
    if (committed === null) {
      if (found.some((digest) => digest !== null)) fail('I3', 'current/ is not empty before the first act');
    } else if (!versions.some(({ id }) => id === committed)) fail('I3', `current/ is not ${committed}: ${found.join(' ')}`);
  };

  const checkPointer = async (head: Row, fail: Fail): Promise<void> => {
    const summary = await read(SUMMARY);
    if (summary === null) {
      if (lastSeq > 0 || head.committed_version !== null) fail('I4', 'the summary is gone');
      return;
    }
    const text = JSON.stringify(summary);
    const seq = summary.publish_seq;
    if (seq < lastSeq || (seq === lastSeq && text !== lastSummary)) fail('I4', `the summary went from ${lastSeq} to ${seq}`);
    [lastSeq, lastSummary] = [seq, text];
    if (head.committed_seq !== seq || head.committed_version !== summary.version) fail('I4', 'head and summary disagree');
    const row = await read(`releases/${summary.version}`);
    if (row === null) fail('I8', `${summary.version} is pointed at without a seal`);
    if (row?.manifest_sha256 !== summary.manifest_sha256) fail('I8', 'the summary names another manifest than the seal');
    const { signature } = summary;
    if (!isSigned(signature.release_statement, signature.release_sig, 'release', options)) fail('I8', 'release signature');
    if (!isSigned(signature.switch_statement, signature.switch_sig, 'switch', options)) fail('I8', 'switch signature');
  };

  const checkLog = async (head: Row, fail: Fail): Promise<void> => {
    let [prevSeq, prevHash, greatest] = [0, '0'.repeat(64), ''];
    for (const { data } of await documents.list('log')) {
      const row = data as unknown as Row;
      const act = JSON.parse(Buffer.from(row.switch_statement, 'base64').toString()) as Row;
      const seq = act.publish_seq;
      if (seq <= prevSeq) fail('I4', `log ${seq} after ${prevSeq}`);
      if (act.prev_seq !== prevSeq || act.prev_log_hash !== prevHash) fail('I8', `log ${seq} breaks the chain`);
      if (act.namespace !== options.namespace) fail('I8', `log ${seq} has namespace ${act.namespace}`);
      const version = act.version;
      if (act.action === 'publish' && version <= greatest) fail('I5', `${version} was published again or late, seq ${seq}`);
      if (act.action === 'restore' && version > greatest) fail('I5', `${version} was restored without ever being offered`);
      if (version > greatest) greatest = version;
      [prevSeq, prevHash] = [seq, sha256(framed(row.switch_statement, 'switch'))];
    }
    if (head.committed_seq !== prevSeq) fail('I4', `the log ends with ${prevSeq}, head says ${head.committed_seq}`);
    if (prevSeq > 0 && head.log_hash !== prevHash) fail('I4', 'head names another log hash');
    if ((head.high_water ?? '') < greatest) fail('I5', `high water ${head.high_water} lies below ${greatest}`);
    if (head.publish_seq < prevSeq) fail('I4', 'head forgot a sequence number');
  };

  /** People's requests: each key is marked by exactly one entry, and each of their entries by one key. Publishes: one a version. */
  const checkKeys = async (fail: Fail): Promise<void> => {
    const log = (await documents.list('log')).map(({ data }) => data as unknown as Row);
    const published = log.filter((row) => row.action === 'publish').map((row) => row.version);
    if (new Set(published).size !== published.length) fail('I6', `published twice: ${published.join(' ')}`);
    const marks = (await documents.list('requests'))
      .map(({ data }) => (data as unknown as Row).publish_seq)
      .filter((seq) => seq !== null);
    if (new Set(marks).size !== marks.length) fail('I6', 'two keys claim one act');
    const asked = log.filter((row) => row.action !== 'publish').map((row) => row.publish_seq);
    const unclaimed = asked.filter((seq) => !marks.includes(seq));
    if (unclaimed.length > 0) fail('I6', `acts ${unclaimed.join(' ')} belong to no key, or to a key that acted twice`);
  };

  const check = async (when: string): Promise<void> => {
    const fail: Fail = (invariant, what) => {
      throw new Error(`${invariant} ${when}: ${what}`);
    };
    const head = (await read(HEAD)) ?? (FIRST_HEAD as unknown as Row);
    await checkSealedBytes(fail);
    await checkMirror(head, fail);
    await checkPointer(head, fail);
    await checkLog(head, fail);
    await checkKeys(fail);
  };

  return {
    check,
    memory: () => ({ sealedAs: Object.fromEntries(sealedAs), lastSeq, lastSummary }),
    checkSettled: async (when) => {
      await check(when);
      if ((await read(HEAD))?.switching === true) throw new Error(`I7 ${when}: a switch is still open`);
    },
  };
}

/** Entries of a manifest; null when a foreign hand left something that is none. */
function boundBy(bytes: Uint8Array): readonly Row['artifacts'][string][] | null {
  try {
    return Object.values((JSON.parse(new TextDecoder().decode(bytes)) as Row).artifacts);
  } catch {
    return null;
  }
}

type Fail = (invariant: string, what: string) => void;

function sha256(input: Uint8Array | string): string {
  return createHash('sha256').update(input).digest('hex');
}

function framed(statement: string, kind: 'release' | 'switch'): Uint8Array {
  const type = `application/vnd.crypto-live-pool.${kind}.v1+json`;
  const body = Buffer.from(statement, 'base64');
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${body.length} `), body]);
}

/** Verdicts by key and signed bytes: a sweep asks about the same few signatures a hundred thousand times. */
const verdicts = new Map<string, boolean>();

function isSigned(statement: string, signature: string, kind: 'release' | 'switch', { publicKeys }: JudgeOptions): boolean {
  const key = [kind, statement, signature, ...publicKeys.map((der) => Buffer.from(der).toString('base64'))].join(' ');
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  const message = framed(statement, kind);
  const verdict = publicKeys.some((der) =>
    verify(
      null,
      message,
      createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' }),
      Buffer.from(signature, 'base64'),
    ),
  );
  verdicts.set(key, verdict);
  return verdict;
}
