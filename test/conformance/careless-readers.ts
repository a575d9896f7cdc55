/** A verifier with one check left out, and the rows that must notice. */
export interface CarelessReader {
  readonly forgets: string;
  /** Text of the verifier that is replaced, exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Rows to play: those whose id matches. */
  readonly rows: RegExp;
}

const dropped = (find: string) => ({ find, replace: '' });

/** A table is worth what it catches: each of these has to miss at least one row. */
export const CARELESS_READERS: readonly CarelessReader[] = [
  { forgets: 'signatures', find: 'signature.alg === key.alg && isSigned', replace: 'true', rows: /^signature:/ },
  { forgets: 'the algorithm', find: 'signature.alg === key.alg && isSigned', replace: 'isSigned', rows: /^signature: an alg/ },
  { forgets: 'which key it pinned', find: "demand(['key', key !== undefined", replace: "demand(['key', true", rows: /^key:/ },
  {
    forgets: 'the type in front of a statement',
    find: 'application/vnd.crypto-live-pool.',
    replace: 'application/vnd.crypto-live-pools.',
    rows: /^whole: symbols/,
  },
  { forgets: 'the namespace', find: 'act.namespace === namespace', replace: 'true', rows: /^namespace:/ },
  { forgets: 'replays', find: 'jump > 0 && jump', replace: 'jump', rows: /^sequence:/ },
  { forgets: 'the greatest jump', find: ' && jump <= MAX_JUMP', replace: '', rows: /^sequence:/ },
  {
    forgets: 'that one number is one manifest',
    find: 'const isKnown = jump === 0 && ',
    replace: 'const isKnown = jump === 0 || ',
    rows: /^sequence:/,
  },
  { forgets: 'the end of a pointer', find: 'Date.parse(act.expires_at) > now', replace: 'true', rows: /^expiry: signed/ },
  { forgets: 'the age', find: ' <= MAX_AGE_DAYS', replace: ' <= 1e9', rows: /^age:/ },
  { forgets: 'the future', find: 'daysOf(now - Date.parse(day)) >= 0 && ', replace: '', rows: /^age:/ },
  { forgets: 'to compare the release statement', ...dropped('...agree(summary, release, RELEASE),'), rows: /^pointer:/ },
  { forgets: 'to compare the switch statement', ...dropped('...agree(summary, act, ACT),'), rows: /^pointer:/ },
  { forgets: 'the exact bytes', find: 'exact.utf8_text}`) === ', replace: 'exact.utf8_text}`) !== "" || ', rows: /exact bytes/ },
  {
    forgets: 'the evidence identity',
    find: "sha256(linesOf(identity.artifacts).join('')) === ",
    replace: 'true || ',
    rows: /identity/,
  },
  { forgets: 'the log hash', find: 'summary.log_hash === act.hash', replace: 'true', rows: /log_hash/ },
  {
    forgets: 'pool_size',
    find: 'new Set(symbols).size === size && symbols.length === size',
    replace: 'true',
    rows: /^statement:/,
  },
  {
    forgets: 'symbol_map',
    find: 'Object.keys(map).length === size && symbols.every((key) => key in map)',
    replace: 'true',
    rows: /symbol_map/,
  },
  { forgets: 'keys that occur twice', find: 'keysIn(text) === keysIn(JSON.stringify(value))', replace: 'true', rows: /twice/ },
  {
    forgets: 'what is no plain UTF-8',
    find: "demand(['encoding', isPlain",
    replace: "demand(['encoding', true",
    rows: /byte-order mark|not UTF-8/,
  },
  {
    forgets: 'the content encoding',
    find: "!response.headers.has('content-encoding')",
    replace: 'true',
    rows: /compressed, though/,
  },
  { forgets: 'the size cap', find: 'bytes.length <= MAX_BYTES', replace: 'true', rows: /^transport: a file that never ends/ },
  {
    forgets: 'the digest of the manifest',
    find: '!pointer || sha256(bound) === pointer.manifest_sha256',
    replace: 'true',
    rows: /^set:/,
  },
  { forgets: 'the digests of the files', find: 'sha256(bytes) === digest', replace: 'true', rows: /^mix:/ },
  {
    forgets: 'the second look at the manifest',
    find: '(await read(MANIFEST)).equals(bound)',
    replace: 'true',
    rows: /while current/,
  },
  { forgets: 'the paths in the manifest', find: 'path === file && ', replace: '', rows: /leads out/ },
  { forgets: 'to read the versioned files', find: '`releases/', replace: "'current' || `", rows: /is mixed/ },
];
