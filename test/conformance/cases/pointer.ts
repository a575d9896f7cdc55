import { signerTwo } from '../../release/support/release-lab.ts';
import type { ConformanceCase, ReaderState, ReasonFamily } from '../case.ts';
import { plain, repositoryOf, resigned, serving, tampered } from '../forge.ts';
import { rejected } from '../rows.ts';
import { pinOf, type TwoReleases } from '../two-releases.ts';

type Summary = Record<string, unknown>;

/** Somebody can write the database, but cannot sign: the document is missing, malformed, or says something that nobody signed. */
export async function pointerCases(world: TwoReleases): Promise<readonly ConformanceCase[]> {
  const { new: next } = world;
  const repository = repositoryOf(next);
  const served = (id: string, text: string | undefined, families: readonly ReasonFamily[]) =>
    rejected(
      `pointer: ${id}`,
      'symbols',
      serving(repository, 'summary.json', text === undefined ? undefined : plain(text)),
      families,
    );
  const edited = (id: string, families: readonly ReasonFamily[], change: (summary: Summary) => void) =>
    rejected(`pointer: ${id}`, 'symbols', repositoryOf(tampered(next, change)), families);
  const without = (field: string) =>
    edited(`without ${field}`, ['shape'], (summary) => {
      delete summary[field];
    });
  const set = (id: string, field: string, value: unknown, families: readonly ReasonFamily[] = ['agreement']) =>
    edited(id, families, (summary) => {
      summary[field] = value;
    });
  const text = JSON.stringify(next.summary);

  return [
    served('no document', undefined, ['missing']),
    served('empty', '', ['json', 'missing']),
    served('an empty object', '{}', ['shape']),
    served('a list', '[]', ['shape']),
    served('null', 'null', ['shape']),
    served('half of it', text.slice(0, text.length / 2), ['json']),
    served('an HTML page', '<!doctype html><title>Sign in</title>', ['json']),
    served('a key twice, both the same', text.replace('{', `{"publish_seq":${next.summary.publish_seq},`), ['json']),
    served('a key twice, the first one a lie', text.replace('{', '{"publish_seq":9,'), ['json']),
    served('NaN', text.replace(`"publish_seq":${next.summary.publish_seq}`, '"publish_seq":NaN'), ['json']),
    served('100 000 lists in each other', '['.repeat(100_000) + ']'.repeat(100_000), ['json', 'shape', 'missing']),
    served('a byte-order mark', `\uFEFF${text}`, ['encoding']),
    ...[
      'version',
      'symbols',
      'symbol_map',
      'publish_seq',
      'signature',
      'key_id',
      'expires_at',
      'live_pool_legacy_exact_bytes',
    ].map(without),
    set('pool_size is a text', 'pool_size', '5', ['shape']),
    set('pool_size is a fraction', 'pool_size', 5.5, ['shape']),
    set('publish_seq is a text', 'publish_seq', '2', ['shape']),
    set('publish_seq is negative', 'publish_seq', -1, ['shape']),
    set('symbols is a mapping, as in the legacy file', 'symbols', next.summary.symbol_map, ['shape']),
    set('a lower-case symbol', 'symbols', ['trxusdt', ...next.summary.symbols.slice(1)], ['shape']),
    set('symbols reordered', 'symbols', [...next.summary.symbols].reverse()),
    set('a symbol replaced', 'symbols', ['DOGEUSDT', ...next.summary.symbols.slice(1)]),
    set('a symbol twice', 'symbols', [next.summary.symbols[1], ...next.summary.symbols.slice(1)]),
    set('pool_size of another pool', 'pool_size', 4),
    edited('symbol_map lacks one', ['agreement'], ({ symbol_map }) => {
      delete (symbol_map as Summary)[next.summary.symbols[0] ?? ''];
    }),
    edited('symbol_map has one more', ['agreement'], ({ symbol_map }) => {
      (symbol_map as Summary).DOGEUSDT = { base_asset: 'DOGE' };
    }),
    set('version of another release', 'version', world.old.summary.version),
    set('as_of_date moved, so that it stays fresh', 'as_of_date', '2026-04-01'),
    set('mode changed', 'mode', 'core_minor'),
    set('source_project changed', 'source_project', 'another-project'),
    set('artifact_contract_version changed', 'artifact_contract_version', 'crypto_live_pool_rotation.live_pool.v2'),
    set('params_sha256 changed', 'params_sha256', 'd'.repeat(64)),
    set('manifest_sha256 of the other release', 'manifest_sha256', world.old.summary.manifest_sha256),
    set('content_digest of the other release', 'content_digest', world.old.summary.content_digest),
    set('publish_seq raised', 'publish_seq', 3),
    set('action changed', 'action', 'rollback'),
    set('expires_at moved', 'expires_at', '2027-01-01T00:00:00Z'),
    set('log_hash changed', 'log_hash', '0'.repeat(64)),
    set('evidence identity of the other release', 'runtime_evidence_identity', world.old.summary.runtime_evidence_identity),
    set('exact bytes of the other release', 'live_pool_legacy_exact_bytes', world.old.summary.live_pool_legacy_exact_bytes),
    edited('one letter of the exact bytes', ['agreement'], ({ live_pool_legacy_exact_bytes: exact }) => {
      const { utf8_text } = exact as { utf8_text: string };
      (exact as Summary).utf8_text = utf8_text.replace('ETH', 'ETC');
    }),
    edited('one digest of the evidence identity', ['agreement'], ({ runtime_evidence_identity: identity }) => {
      (identity as typeof next.summary.runtime_evidence_identity).artifacts.latest_ranking.sha256 = 'e'.repeat(64);
    }),
    edited('evidence identity names another version', ['agreement'], ({ runtime_evidence_identity: identity }) => {
      (identity as Summary).artifact_version = world.old.summary.version;
    }),
    ...signatureCases(world),
    ...(await keyCases(world)),
  ];
}

function signatureCases({ old, new: next }: TwoReleases): readonly ConformanceCase[] {
  const { signature: mine } = next.summary;
  const { signature: other } = old.summary;
  const signed = (id: string, families: readonly ReasonFamily[], signature: object) =>
    rejected(
      `signature: ${id}`,
      'symbols',
      repositoryOf(
        tampered(next, (summary) => {
          summary.signature = { ...mine, ...signature };
        }),
      ),
      families,
    );
  return [
    signed('unsigned, both empty', ['signature', 'shape'], { release_sig: '', switch_sig: '' }),
    signed('unsigned, 64 zero bytes', ['signature'], {
      release_sig: Buffer.alloc(64).toString('base64'),
      switch_sig: Buffer.alloc(64).toString('base64'),
    }),
    signed('release signature of the other release', ['signature'], { release_sig: other.release_sig }),
    signed('switch signature of the other act', ['signature'], { switch_sig: other.switch_sig }),
    signed('the two signatures exchanged', ['signature'], { release_sig: mine.switch_sig, switch_sig: mine.release_sig }),
    signed('the two statements exchanged, each with its signature', ['signature'], {
      release_statement: mine.switch_statement,
      release_sig: mine.switch_sig,
      switch_statement: mine.release_statement,
      switch_sig: mine.release_sig,
    }),
    signed('release statement of the other release, well signed', ['agreement'], {
      release_statement: other.release_statement,
      release_sig: other.release_sig,
    }),
    signed('switch statement of the other act, well signed', ['agreement'], {
      switch_statement: other.switch_statement,
      switch_sig: other.switch_sig,
    }),
    signed('an algorithm that the key is not of', ['signature'], { alg: 'ecdsa-p256-sha256' }),
    signed('the algorithm "none"', ['signature', 'shape'], { alg: 'none' }),
  ];
}

async function keyCases({ new: next }: TwoReleases): Promise<readonly ConformanceCase[]> {
  const foreign = repositoryOf(await resigned(next, () => undefined, signerTwo));
  const disguised = repositoryOf(
    tampered(
      { ...next, summary: (await resigned(next, () => undefined, signerTwo)).summary as typeof next.summary },
      (summary) => {
        summary.key_id = next.summary.key_id;
      },
    ),
  );
  const keyed = (id: string, repository: typeof foreign, families: readonly ReasonFamily[], state: Partial<ReaderState> = {}) =>
    rejected(`key: ${id}`, 'symbols', repository, families, state);
  return [
    keyed('signed by a key that is not pinned', foreign, ['key']),
    keyed('signed by another key under the name of the pinned one', disguised, ['signature']),
    keyed('the pinned key was replaced', repositoryOf(next), ['key'], { keys: [pinOf(signerTwo)] }),
    keyed('nothing is pinned', repositoryOf(next), ['key'], { keys: [] }),
  ];
}
