import type { ConformanceCase, ReasonFamily } from '../case.ts';
import { type Draft, repositoryOf, resigned, setEverywhere } from '../forge.ts';
import { rejected } from '../rows.ts';
import type { TwoReleases } from '../two-releases.ts';

/** Well-signed pointers at the wrong time, at the wrong place, or in the wrong order. */
export async function actCases(world: TwoReleases): Promise<readonly ConformanceCase[]> {
  const { old, new: next } = world;
  const seen = (publish_seq: number, whole = next) => ({
    last_seen: { publish_seq, manifest_sha256: whole.summary.manifest_sha256 },
  });
  const signed = async (id: string, families: readonly ReasonFamily[], change: (draft: Draft) => void, state = {}) =>
    rejected(id, 'symbols', repositoryOf(await resigned(next, change)), families, state);
  return [
    rejected('sequence: replayed older pointer', 'symbols', repositoryOf(old), ['sequence'], seen(2)),
    rejected('sequence: replayed older pointer, files', 'files', repositoryOf(old), ['sequence'], seen(2)),
    rejected('sequence: replay of the act before a rollback', 'symbols', repositoryOf(next), ['sequence'], seen(3, old)),
    rejected('sequence: the last number with another manifest', 'symbols', repositoryOf(next), ['sequence'], seen(2, old)),
    await signed('sequence: 1 001 acts later', ['sequence'], (d) => setEverywhere(d, 'publish_seq', 1002), seen(1, old)),
    await signed(
      'sequence: fast-forwarded to the end',
      ['sequence'],
      (d) => setEverywhere(d, 'publish_seq', 2 ** 53 - 1),
      seen(1),
    ),
    await signed('sequence: number 0', ['shape'], (d) => setEverywhere(d, 'publish_seq', 0)),
    await signed('namespace: of another environment', ['namespace'], (draft) => {
      setEverywhere(draft, 'namespace', 'prod:strategy/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL');
    }),
    rejected('namespace: the reader is of another environment', 'symbols', repositoryOf(next), ['namespace'], {
      namespace: 'prod:strategy/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL',
    }),
    rejected('expiry: the first second after', 'symbols', repositoryOf(next), ['expiry', 'age'], { now: '2026-04-28T00:00:00Z' }),
    rejected('expiry: a year later', 'symbols', repositoryOf(next), ['expiry', 'age'], { now: '2027-03-14T00:00:00Z' }),
    await signed('expiry: signed to end earlier', ['expiry'], (draft) => {
      setEverywhere(draft, 'expires_at', '2026-04-02T03:14:59Z');
    }),
    await signed('age: 46 days, signed never to expire', ['age'], (d) => setEverywhere(d, 'expires_at', '2099-01-01T00:00:00Z'), {
      now: '2026-04-28T12:00:00Z',
    }),
    rejected('age: as_of is tomorrow', 'symbols', repositoryOf(next), ['age'], { now: '2026-03-12T23:59:59Z' }),
    await signed('statement: key twice in the switch statement', ['json'], (draft) => {
      draft.act = JSON.stringify(draft.act).replace('{', '{"publish_seq":2,');
    }),
    await signed('statement: key twice in the release statement', ['json'], (draft) => {
      draft.release = JSON.stringify(draft.release).replace('{', '{"version":"2026-03-14-core_major",');
    }),
    await signed('statement: NaN in the switch statement', ['json'], (draft) => {
      draft.act = JSON.stringify(draft.act).replace('"prev_seq":1', '"prev_seq":NaN');
    }),
    await signed('statement: a byte-order mark before it', ['encoding'], (draft) => {
      draft.act = `\uFEFF${JSON.stringify(draft.act)}`;
    }),
    await signed('statement: the release statement is a list', ['shape', 'agreement'], (draft) => {
      draft.release = '[]';
    }),
    await signed('statement: signed symbols differ from the document', ['agreement'], (draft) => {
      if (typeof draft.release !== 'string') draft.release.symbols = ['DOGEUSDT', ...next.summary.symbols.slice(1)];
    }),
    await signed('statement: the two statements are about two versions', ['agreement'], (draft) => {
      if (typeof draft.act !== 'string') draft.act.version = old.summary.version;
    }),
    await signed('statement: the two statements bind two manifests', ['agreement'], (draft) => {
      if (typeof draft.act !== 'string') draft.act.manifest_sha256 = old.summary.manifest_sha256;
    }),
    await signed('statement: pool_size below the symbols, everything signed', ['agreement'], (draft) => {
      setEverywhere(draft, 'pool_size', 4);
    }),
    await signed('statement: a symbol twice, everything signed', ['agreement'], (draft) => {
      setEverywhere(draft, 'symbols', [next.summary.symbols[1], ...next.summary.symbols.slice(1)]);
    }),
    await signed('statement: the version has no such day', ['shape'], (draft) => {
      setEverywhere(draft, 'version', '2026-02-30-core_major');
    }),
    await signed('statement: the version has revision 1 written out', ['shape'], (draft) => {
      setEverywhere(draft, 'version', '2026-03-13-core_major-r1');
    }),
  ];
}
