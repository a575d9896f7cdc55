import { gzipSync } from 'node:zlib';
import { MANIFEST_FILE, RELEASE_FILES } from '#shared/contracts/artifact-files.ts';
import type { ConformanceCase, ReasonFamily, Repository, Served, Want } from '../case.ts';
import {
  bytesOf,
  currentName,
  type Draft,
  plain,
  replaceBytes,
  repositoryOf,
  resigned,
  rewrite,
  serving,
  sha256,
  versionedName,
} from '../forge.ts';
import { rejected } from '../rows.ts';
import type { TwoReleases, WholeRelease } from '../two-releases.ts';

/** Above the cap of an artifact. */
const TOO_MANY_BYTES = 1_048_577;

/** Files that are not what the pointer binds, in every way in which storage, caches and people can change them. */
export async function fileCases(world: TwoReleases): Promise<readonly ConformanceCase[]> {
  return [
    ...RELEASE_FILES.flatMap((file) => damagedFile(world.new, file)),
    ...setCases(world),
    ...transportCases(world.new),
    ...(await signedCases(world)),
  ];
}

/** One file at a time, behind the pointer and in `current/`. */
function damagedFile({ summary, files }: WholeRelease, file: string): readonly ConformanceCase[] {
  const bytes = bytesOf(files, file);
  const text = Buffer.from(bytes).toString();
  const repository = repositoryOf({ summary, files });
  const damaged = (id: string, what: Served | undefined, families: readonly ReasonFamily[]): readonly ConformanceCase[] =>
    (['files', 'mirror'] as const).map((want) => {
      const name = want === 'files' ? versionedName(summary.version, file) : currentName(file);
      return rejected(`file: ${want}, ${file} ${id}`, want, serving(repository, name, what), families);
    });
  return [
    ...damaged('is missing', undefined, ['missing']),
    ...damaged('is empty', plain(''), ['hash', 'json']),
    ...damaged('lost its last byte', plain(bytes.subarray(0, -1)), ['hash', 'json']),
    ...damaged('has a newline more', plain(`${text}\n`), ['hash']),
    ...damaged('starts with a byte-order mark', plain(`\uFEFF${text}`), ['hash', 'encoding']),
    ...damaged('has CRLF line ends', plain(text.replaceAll('\n', '\r\n')), ['hash', 'encoding']),
    ...damaged('is compressed', plain(gzipSync(bytes)), ['hash', 'encoding']),
    ...damaged('is padded beyond the cap', plain(text.padEnd(TOO_MANY_BYTES, ' ')), ['size', 'hash']),
  ].filter(({ id }) => !isUnbound(id));
}

/** Without a pointer nothing binds the bytes of the manifest: what says the same has no one right answer, so it is no row. */
function isUnbound(id: string): boolean {
  return [`has a newline more`, `has CRLF line ends`].some((what) => id === `file: mirror, ${MANIFEST_FILE} ${what}`);
}

/** Two files at a time, or all of them. */
function setCases({ old, new: next }: TwoReleases): readonly ConformanceCase[] {
  const { summary } = next;
  const swapped = new Map(next.files)
    .set('live_pool.json', bytesOf(next.files, 'live_pool_legacy.json'))
    .set('live_pool_legacy.json', bytesOf(next.files, 'live_pool.json'));
  const forged = forgedWithoutKey(next);
  return [
    rejected('set: the two pool files exchanged', 'files', repositoryOf({ summary, files: swapped }), ['hash']),
    rejected('set: the two pool files exchanged, current/', 'mirror', repositoryOf(next, swapped), ['hash']),
    rejected('set: the older release under the newer name', 'files', repositoryOf({ summary, files: old.files }), ['hash']),
    rejected('set: pool and manifest changed together, hashes fit, unsigned', 'files', repositoryOf({ summary, files: forged }), [
      'hash',
    ]),
    rejected('set: the manifest changes while current/ is read', 'mirror', torn(next, old), ['torn']),
    rejected('set: current/ holds a whole but old release', 'mirror', repositoryOf(next), ['age'], {
      now: '2026-04-28T00:00:00Z',
    }),
    rejected('set: current/ holds a release of tomorrow', 'mirror', repositoryOf(next), ['age'], { now: '2026-03-12T23:00:00Z' }),
  ];
}

/** What somebody with write access to the bucket can do: another pool, and a manifest that fits. */
function forgedWithoutKey({ files }: WholeRelease): ReadonlyMap<string, Uint8Array> {
  const pool = Buffer.from(bytesOf(files, 'live_pool.json')).toString().replaceAll('ETH', 'DOGE');
  const manifest = Buffer.from(bytesOf(files, MANIFEST_FILE))
    .toString()
    .replaceAll('ETH', 'DOGE')
    .replaceAll(sha256(bytesOf(files, 'live_pool.json')), sha256(pool));
  return new Map(files).set('live_pool.json', Buffer.from(pool)).set(MANIFEST_FILE, Buffer.from(manifest));
}

function torn({ summary, files }: WholeRelease, other: WholeRelease): Repository {
  const bodies = [bytesOf(files, MANIFEST_FILE), bytesOf(other.files, MANIFEST_FILE)];
  return serving(repositoryOf({ summary, files }), currentName(MANIFEST_FILE), { kind: 'sequence', bodies });
}

/** A server, or somebody between, that does not simply hand out the bytes. */
function transportCases({ summary, files }: WholeRelease): readonly ConformanceCase[] {
  const repository = repositoryOf({ summary, files });
  const bytes = bytesOf(files, 'live_pool.json');
  const pool = versionedName(summary.version, 'live_pool.json');
  const document = Buffer.from(JSON.stringify(summary));
  const bomb = gzipSync(Buffer.alloc(16 * TOO_MANY_BYTES));
  const gzip = (what: Uint8Array): Served => ({ kind: 'bytes', bytes: what, encoding: 'gzip' });
  const row = (id: string, want: Want, name: string, what: Served, families: readonly ReasonFamily[]) =>
    rejected(`transport: ${id}`, want, serving(repository, name, what), families);
  return [
    row('a file sent compressed, though it unpacks to the right bytes', 'files', pool, gzip(gzipSync(bytes)), [
      'encoding',
      'hash',
    ]),
    row('a file that is a gzip bomb', 'files', pool, gzip(bomb), ['encoding', 'size', 'hash']),
    row('a file of a bomb without the header', 'files', pool, plain(bomb), ['hash', 'encoding']),
    row('a file that never ends', 'files', pool, { kind: 'endless' }, ['size']),
    row('a file cut off on its way', 'files', pool, { kind: 'cut', bytes }, ['missing', 'hash']),
    row('a file that the server fails on', 'files', pool, { kind: 'status', status: 503 }, ['missing']),
    row('a file in current/ that never ends', 'mirror', currentName('latest_ranking.csv'), { kind: 'endless' }, ['size']),
    row('the pointer sent compressed', 'symbols', 'summary.json', gzip(gzipSync(document)), ['encoding', 'json']),
    row('the pointer is a gzip bomb', 'symbols', 'summary.json', gzip(bomb), ['encoding', 'size', 'json']),
    row('the pointer never ends', 'symbols', 'summary.json', { kind: 'endless' }, ['size']),
    row('the pointer cut off on its way', 'symbols', 'summary.json', { kind: 'cut', bytes: document }, ['missing', 'json']),
    row('the server fails on the pointer', 'symbols', 'summary.json', { kind: 'status', status: 500 }, ['missing']),
  ];
}

/** Wrong files under right signatures: the publisher itself is broken, and the reader is the last one to notice. */
async function signedCases({ old, new: next }: TwoReleases): Promise<readonly ConformanceCase[]> {
  const signed = async (id: string, families: readonly ReasonFamily[], change: (draft: Draft) => void) =>
    rejected(`signed: ${id}`, 'files', repositoryOf(await resigned(next, change)), families);
  const pool = (change: (text: string) => string) => (draft: Draft) => rewrite(draft, 'live_pool.json', change);
  const manifest = (change: (text: string) => string) => (draft: Draft) => rewrite(draft, MANIFEST_FILE, change);
  return [
    await signed(
      'a key twice in live_pool.json',
      ['json'],
      pool((text) => text.replace('{', '{\n  "pool_size": 5,')),
    ),
    await signed(
      'NaN in live_pool.json',
      ['json'],
      pool((text) => text.replace('"pool_size": 5', '"pool_size": NaN')),
    ),
    await signed(
      'a number beyond all bounds in live_pool.json',
      ['json', 'shape'],
      pool((text) => text.replace(': 5', ': 1e999')),
    ),
    await signed(
      'a byte-order mark before live_pool.json',
      ['encoding'],
      pool((text) => `\uFEFF${text}`),
    ),
    await signed(
      'live_pool.json is larger than the cap',
      ['size'],
      pool((text) => text.padEnd(TOO_MANY_BYTES, ' ')),
    ),
    await signed('live_pool.json is not UTF-8', ['encoding'], (draft) =>
      replaceBytes(draft, 'live_pool.json', Buffer.concat([bytesOf(draft.files, 'live_pool.json'), Buffer.from([0xff])])),
    ),
    await signed('live_pool.json has another order than the signed one', ['agreement'], pool(withFirstTwoSwapped)),
    await signed('live_pool.json is the one of the other release', ['agreement', 'age'], (draft) =>
      replaceBytes(draft, 'live_pool.json', bytesOf(old.files, 'live_pool.json')),
    ),
    await signed(
      'a key twice in the manifest',
      ['json'],
      manifest((text) => text.replace('{', '{\n  "symbol_count": 5,')),
    ),
    await signed(
      'a byte-order mark before the manifest',
      ['encoding'],
      manifest((text) => `\uFEFF${text}`),
    ),
    await signed(
      'the manifest leads out of the release',
      ['shape'],
      manifest((text) => text.replaceAll('"path": "live_pool.json"', '"path": "../../current/live_pool.json"')),
    ),
    await signed(
      'the manifest binds three files',
      ['shape'],
      manifest((text) => withoutEntry(text, 'latest_universe')),
    ),
    await signed(
      'the manifest belongs to another version',
      ['agreement'],
      manifest((text) => text.replaceAll(next.summary.version, old.summary.version)),
    ),
  ];
}

function withFirstTwoSwapped(text: string): string {
  const pool = JSON.parse(text) as { symbols: string[] };
  const [first = '', second = ''] = pool.symbols;
  return JSON.stringify({ ...pool, symbols: [second, first, ...pool.symbols.slice(2)] }, null, 2);
}

function withoutEntry(text: string, key: string): string {
  const manifest = JSON.parse(text) as { artifacts: Record<string, unknown> };
  delete manifest.artifacts[key];
  return JSON.stringify(manifest, null, 2);
}
