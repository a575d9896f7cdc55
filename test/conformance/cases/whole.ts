import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { signerTwo } from '../../release/support/release-lab.ts';
import type { ConformanceCase, Repository } from '../case.ts';
import { type ForgingKey, plain, repositoryOf, resigned, serving, setEverywhere, sha256, tampered } from '../forge.ts';
import { accepted } from '../rows.ts';
import { pinOf, reader, type TwoReleases } from '../two-releases.ts';

/** What a reader must not refuse: a kit that only knows refusals is passed by a reader that refuses everything. */
export async function wholeCases(world: TwoReleases): Promise<readonly ConformanceCase[]> {
  const { old, new: next, rolledBack } = world;
  const repository = repositoryOf(next);
  const seen = (publish_seq: number) => ({ last_seen: { publish_seq, manifest_sha256: next.summary.manifest_sha256 } });
  const leap = await resigned(next, (draft) => setEverywhere(draft, 'publish_seq', 1001));
  const seenOld = { last_seen: { publish_seq: 1, manifest_sha256: old.summary.manifest_sha256 } };
  return [
    accepted('whole: symbols of the pointer', 'symbols', repository, next),
    accepted('whole: files of the pointer', 'files', repository, next),
    accepted('whole: files of current/', 'mirror', repository, next),
    accepted('whole: the first release of all', 'files', repositoryOf(old), old),
    accepted('whole: after a rollback, newer number and older day', 'files', repositoryOf(rolledBack), rolledBack, seen(2)),
    accepted('whole: current/ is mixed, the pointer and its files are not', 'files', mixedMirror(world), next),
    accepted('whole: no object store at all is needed for the symbols', 'symbols', onlyPointer(repository), next),
    accepted('sequence: the same act again', 'symbols', repository, next, seen(2)),
    accepted('sequence: the next act', 'symbols', repository, next, seenOld),
    accepted('sequence: exactly 1 000 acts later', 'symbols', repositoryOf(leap), next, seenOld),
    accepted('age: on the as-of day', 'symbols', repository, next, { now: '2026-03-13T00:00:00Z' }),
    accepted('age: the last second of day 45', 'symbols', repository, next, { now: '2026-04-27T23:59:59Z' }),
    accepted('keys: the second of two pinned keys', 'files', repository, next, { keys: [pinOf(signerTwo), ...reader.keys] }),
    ...(await otherAlgorithm(world)),
    ...shuffled(world),
  ];
}

function mixedMirror({ old, new: next }: TwoReleases) {
  const mixed = [...next.files].map(([file, bytes], index) => [file, index % 2 === 0 ? bytes : old.files.get(file)!] as const);
  return repositoryOf(next, new Map(mixed));
}

function onlyPointer(repository: Repository): Repository {
  return new Map([...repository].filter(([name]) => name === 'summary.json'));
}

/** RFC 6979 A.2.5, the key of the P-256 examples. */
const P256 = createPrivateKey({
  format: 'jwk',
  key: {
    kty: 'EC',
    crv: 'P-256',
    d: Buffer.from('C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721', 'hex').toString('base64url'),
    x: Buffer.from('60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6', 'hex').toString('base64url'),
    y: Buffer.from('7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299', 'hex').toString('base64url'),
  },
});

async function otherAlgorithm({ new: next }: TwoReleases): Promise<readonly ConformanceCase[]> {
  const publicKeyDer = createPublicKey(P256).export({ format: 'der', type: 'spki' });
  const alg = 'ecdsa-p256-sha256' as const;
  const key: ForgingKey = {
    alg,
    keyId: sha256(publicKeyDer),
    sign: async (message) => ({ bytes: sign('sha256', message, P256) }),
  };
  const forgery = await resigned(next, () => undefined, key);
  const keys = [...reader.keys, pinOf({ alg, publicKeyDer })];
  return [accepted('keys: ECDSA P-256 of a region without Ed25519', 'files', repositoryOf(forgery), next, { keys })];
}

/** Databases lose the order of maps; nothing may depend on it. Fields that a reader does not know are none of its business. */
function shuffled({ new: next }: TwoReleases): readonly ConformanceCase[] {
  const reversed = (value: object) => Object.fromEntries(Object.entries(value).reverse());
  const maps = tampered(next, (summary) => {
    summary.symbol_map = reversed(next.summary.symbol_map);
    summary.runtime_evidence_identity = {
      ...reversed(next.summary.runtime_evidence_identity),
      artifacts: reversed(next.summary.runtime_evidence_identity.artifacts),
    };
    summary.signature = reversed(next.summary.signature);
  });
  const unknown = tampered(next, (summary) => {
    summary.a_field_of_tomorrow = { nested: [1.5, null, true] };
  });
  const fields = serving(repositoryOf(next), 'summary.json', plain(JSON.stringify(reversed(next.summary), null, 4)));
  return [
    accepted('maps: shuffled', 'files', repositoryOf(maps), next),
    accepted('maps: fields of the document shuffled, spaces added', 'files', fields, next),
    accepted('maps: a field that nobody knows yet', 'files', repositoryOf(unknown), next),
  ];
}
