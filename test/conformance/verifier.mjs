// A second reader of the release protocol, written from its contract page: built-ins of Node only, nothing of the product.
// One request a line on standard input, one answer a line on standard output (docs/contracts/reading-a-release.md, "Conformance").
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const DATA_FILES = ['latest_universe.json', 'latest_ranking.csv', 'live_pool.json', 'live_pool_legacy.json'];
const MANIFEST = 'artifact_manifest.json';
const [MAX_BYTES, MAX_AGE_DAYS, MAX_JUMP] = [1_048_576, 45, 1000];
const DIGESTS = { ed25519: null, 'ecdsa-p256-sha256': 'sha256' };
class Refused extends Error {}
/** Throws everything that does not hold: rows of [family, holds, message]. */
function demand(...rows) {
  const reasons = rows.flatMap(([family, holds, message]) => (holds ? [] : [`${family}: ${message}`]));
  if (reasons.length > 0) throw new Refused(reasons.join('\n'));
}
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const base64 = (text) => Buffer.from(text, 'base64');
const daysOf = (ms) => Math.floor(ms / 86_400_000);
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// Shapes: words "field:form".
const like = (pattern) => (value) => typeof value === 'string' && pattern.test(value);
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const FORMS = {
  text: like(/\S/),
  hash: like(/^[0-9a-f]{64}$/),
  count: (value) => Number.isSafeInteger(value) && value > 0,
  day: (value) => like(/^\d{4}-\d\d-\d\d$/)(value) && new Date(Date.parse(value) || 0).toISOString().startsWith(value),
  time: (value) => like(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|\+00:00)$/)(value) && Date.parse(value) > 0,
  version: (value) => like(/^.{10}-[a-z][a-z0-9_]*(-r([2-9]|[1-9]\d+))?$/)(value) && FORMS.day(value.slice(0, 10)),
  symbols: (value) => Array.isArray(value) && value.length > 0 && value.every(like(/^[A-Z0-9]{1,20}USDT$/)),
  map: (value) => isObject(value) && Object.values(value).every((item) => FORMS.text(item?.base_asset)),
  object: isObject,
};
const POOL = 'as_of_date:day version:version mode:text source_project:text symbols:symbols';
const POOL_FILE = `${POOL} pool_size:count symbol_map:map`;
const RELEASE = `${POOL} artifact_contract_version:text content_digest:hash manifest_sha256:hash params_id:text params_sha256:hash`;
const ACT = 'publish_seq:count action:text version:version manifest_sha256:hash expires_at:time';
const FILES = ['live_pool', 'live_pool_legacy', 'artifact_manifest', 'latest_universe', 'latest_ranking'];
const URIS = FILES.map((name) => `${name}_uri:text versioned_${name}_uri:text`).join(' ');
const SUMMARY = `${POOL_FILE} ${RELEASE} ${ACT} ${URIS} storage_prefix:text current_prefix:text generated_at:time committed_at:time
  manifest_generation:text log_hash:hash key_id:hash runtime_evidence_identity:object live_pool_legacy_exact_bytes:object signature:object`;
const SIGNATURE = 'alg:text release_statement:text release_sig:text switch_statement:text switch_sig:text';
const wordsOf = (fields) => fields.split(/\s+/).map((word) => word.split(':'));
function shaped(name, value, fields) {
  const isRight = ([key, form]) => isObject(value) && Object.hasOwn(value, key) && FORMS[form](value[key]);
  demand(...wordsOf(fields).map((word) => ['shape', isRight(word), `${name}: ${word.join(' is a ')}`]));
  return value;
}

// Bytes: at most 1 MiB, no decompression, UTF-8 without mark and carriage returns, JSON without twin keys.
async function bytesOf(base, name) {
  const options = { redirect: 'error', signal: AbortSignal.timeout(10_000) };
  const url = `${base}/${name}`;
  const response = /^https?:/.test(url) ? await fetch(url, options) : new Response(createReadStream(url));
  demand(['missing', response.status === 200, `${name}: status ${response.status}`]);
  demand(['encoding', !response.headers.has('content-encoding'), `${name} has a content encoding`]);
  let bytes = Buffer.alloc(0);
  for await (const chunk of response.body) {
    bytes = Buffer.concat([bytes, chunk]);
    demand(['size', bytes.length <= MAX_BYTES, `${name} is larger than ${MAX_BYTES} bytes`]);
  }
  return bytes;
}
const keysIn = (text) => (text.match(/"(?:[^"\\]|\\.)*"\s*:?/g) ?? []).filter((token) => token.endsWith(':')).length;
function contentOf(name, bytes) {
  const text = bytes.toString();
  const isPlain = !/^\uFEFF|\r/.test(text) && Buffer.from(text).equals(bytes);
  demand(['encoding', isPlain, `${name} is UTF-8 without byte-order mark and carriage returns`]);
  if (name.endsWith('.csv')) return text;
  const value = JSON.parse(text);
  demand(['json', keysIn(text) === keysIn(JSON.stringify(value)), `${name}: a key occurs twice`]);
  return value;
}

// The pointer: shape, both signatures, and everything that has to agree with what was signed.
function signed({ key_id, signature }, kind, keys) {
  const [type, body] = [`application/vnd.crypto-live-pool.${kind}.v1+json`, base64(signature[`${kind}_statement`])];
  const framed = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${body.length} `), body]);
  const key = keys.find(({ spki }) => sha256(base64(spki)) === key_id);
  demand(['key', key !== undefined, `${key_id} is not pinned`]);
  const publicKey = createPublicKey({ key: base64(key.spki), format: 'der', type: 'spki' });
  const isSigned = verify(DIGESTS[key.alg], framed, publicKey, base64(signature[`${kind}_sig`]));
  demand(['signature', signature.alg === key.alg && isSigned, `${kind} statement`]);
  return { ...contentOf(`${kind} statement`, body), hash: sha256(framed) };
}

const agree = (one, other, fields) => wordsOf(fields).map(([key]) => ['agreement', same(one[key], other[key]), `field ${key}`]);
const entriesOf = (artifacts) => DATA_FILES.map((file) => ({ ...artifacts?.[file.split('.')[0]], file }));
const linesOf = (artifacts) => entriesOf(artifacts).map(({ file, sha256: digest }) => `${digest}  ${file}\n`);
const poolRows = (name, { as_of_date: day, symbols, symbol_map: map, pool_size: size }, now) => [
  ['agreement', new Set(symbols).size === size && symbols.length === size, `${name}: pool_size distinct symbols`],
  ['agreement', Object.keys(map).length === size && symbols.every((key) => key in map), `${name}: symbol_map`],
  ['age', daysOf(now - Date.parse(day)) >= 0 && daysOf(now - Date.parse(day)) <= MAX_AGE_DAYS, `${name}: as_of ${day}`],
];

function verifyPointer(summary, { keys, namespace, last_seen: seen }, now) {
  shaped('signature', shaped('summary', summary, SUMMARY).signature, SIGNATURE);
  const [release, act] = [signed(summary, 'release', keys), signed(summary, 'switch', keys)];
  const { runtime_evidence_identity: identity, live_pool_legacy_exact_bytes: exact, publish_seq: seq } = summary;
  const jump = seq - (seen?.publish_seq ?? seq);
  const isKnown = jump === 0 && summary.manifest_sha256 === (seen ?? summary).manifest_sha256;
  demand(
    ...agree(summary, release, RELEASE),
    ...agree(summary, act, ACT),
    ...poolRows('summary', summary, now),
    ['agreement', summary.log_hash === act.hash, 'log_hash is that of the switch statement'],
    ['agreement', sha256(linesOf(identity.artifacts).join('')) === release.content_digest, 'digests of the evidence identity'],
    ['agreement', sha256(`${exact.utf8_text}`) === identity.artifacts?.live_pool_legacy?.sha256, 'exact bytes'],
    ['agreement', identity.artifact_version === summary.version && identity.mode === summary.mode, 'evidence identity'],
    ['namespace', act.namespace === namespace, `signed for ${act.namespace}`],
    ['sequence', isKnown || (jump > 0 && jump <= MAX_JUMP), `${seq} after ${seen?.publish_seq}`],
    ['expiry', Date.parse(act.expires_at) > now, `expired at ${act.expires_at}`],
  );
  return summary;
}

// The five files: versioned and bound to a pointer, or from current/ with nothing but their agreement with each other.
async function readFiles(base, folder, now, pointer) {
  const read = (file) => bytesOf(base, `crypto-live-pool-pipelines/${folder}/${file}`);
  const bound = await read(MANIFEST);
  demand(['hash', !pointer || sha256(bound) === pointer.manifest_sha256, MANIFEST]);
  const manifest = shaped(MANIFEST, contentOf(MANIFEST, bound), `${POOL} artifacts:object`);
  const contents = {};
  for (const { file, path, sha256: digest } of entriesOf(manifest.artifacts)) {
    demand(['shape', path === file && Object.keys(manifest.artifacts).length === 4, `${MANIFEST}: artifacts`]);
    const bytes = await read(file);
    demand(['hash', sha256(bytes) === digest, file]);
    contents[file] = contentOf(file, bytes);
  }
  const pool = shaped('live_pool.json', contents['live_pool.json'], POOL_FILE);
  demand(...poolRows('live_pool.json', pool, now), ...agree(pool, manifest, POOL), ...agree(pool, pointer ?? pool, POOL));
  demand(['torn', pointer || (await read(MANIFEST)).equals(bound), `${MANIFEST} changed during the read`]);
  return pool;
}
const accepted = ({ symbols, version, publish_seq }, signed) => ({ verdict: 'accepted', symbols, version, publish_seq, signed });
async function judge({ base, want, now: time, ...trust }, now = Date.parse(time)) {
  if (want === 'mirror') return accepted(await readFiles(base, 'current', now), false);
  const pointer = verifyPointer(contentOf('summary.json', await bytesOf(base, 'summary.json')), trust, now);
  if (want === 'files') await readFiles(base, `releases/${pointer.version}`, now, pointer);
  return accepted(pointer, true);
}
for await (const line of createInterface({ input: process.stdin })) {
  const { id, ...request } = JSON.parse(line);
  const named = (error) =>
    (error instanceof Refused ? '' : error instanceof SyntaxError ? 'json: ' : 'missing: ') + error.message;
  const answer = await judge(request).catch((error) => ({ verdict: 'rejected', reasons: named(error).split('\n') }));
  console.log(JSON.stringify({ id, ...answer }));
}
