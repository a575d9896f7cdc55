import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { releaseNamespace } from '#shared/contracts/names.ts';
import type { ReleaseStatement } from '#shared/contracts/release-statement.ts';
import type { SwitchStatement } from '#shared/contracts/switch-statement.ts';
import {
  encodeReleaseStatement,
  encodeSwitchStatement,
  entryHash,
  FIRST_PREV_LOG_HASH,
  frameReleaseStatement,
  keyIdOf,
  type SignedStatement,
  verifyReleaseStatement,
  verifySwitchStatement,
} from '#shared/release/statements.ts';

/** RFC 8032 §7.1 TEST 1. */
const privateKey = createPrivateKey({
  key: Buffer.from(
    `302e020100300506032b657004220420${'9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'}`,
    'hex',
  ),
  format: 'der',
  type: 'pkcs8',
});
const publicKeyDer = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
const trusted = { keyId: keyIdOf(publicKeyDer), alg: 'ed25519', publicKeyDer };

const statement: ReleaseStatement = {
  artifact_contract_version: 'crypto_live_pool_rotation.live_pool.v1',
  as_of_date: '2026-03-13',
  content_digest: '39b7dbbae342c7afbc2280d5fb57057bc27be795a5118fa4969300d1818d0cba',
  manifest_sha256: '02d99451fc8da8054fc64ac5befc290cd2d20670f53d5faac36d7439f3ef6e94',
  mode: 'core_major',
  params_id: 'core_major',
  params_sha256: 'a'.repeat(64),
  source_project: 'crypto-live-pool-pipelines',
  symbols: ['TRXUSDT', 'ETHUSDT', 'BCHUSDT', 'NEARUSDT', 'LTCUSDT'],
  version: '2026-03-13-core_major',
};
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const signedRelease = (): SignedStatement => {
  const bytes = encodeReleaseStatement(statement);
  return { bytes, alg: 'ed25519', keyId: trusted.keyId, signature: sign(null, frameReleaseStatement(bytes), privateKey) };
};

describe('release statement (RL-05)', () => {
  test('has the stated bytes, frame, key id and signature', () => {
    const { bytes, signature } = signedRelease();
    expect(bytes.length).toBe(536);
    expect(sha(bytes)).toBe('178ea3336d92272030a10a40dc2a6ba56f1b54f21c01be48273c212e25708692');
    expect(sha(frameReleaseStatement(bytes))).toBe('060f81a01ad13989bafd1706f0e31dd220e02e102dcf15077b5d035efb23ae8b');
    expect(trusted.keyId).toBe('06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9');
    expect(Buffer.from(signature).toString('base64')).toBe(
      'o6LZbP3z6qYZzW3+OJM60QyBgQfFpgE5irnim6lyGrS9sxGTR61qIbT7m5/Le+r7K5OElhajMEQVjuTKXObDAA==',
    );
  });

  test('verifies over the received bytes with a pinned key', () => {
    expect(verifyReleaseStatement(signedRelease(), [trusted])).toEqual({ ok: true, value: statement });
  });

  test.each([
    ['a flipped bit of the body', (s: SignedStatement) => ({ ...s, bytes: flip(s.bytes, 100) })],
    ['a flipped bit of the signature', (s: SignedStatement) => ({ ...s, signature: flip(s.signature, 3) })],
    ['a truncated signature', (s: SignedStatement) => ({ ...s, signature: s.signature.subarray(1) })],
    ['an unknown key id', (s: SignedStatement) => ({ ...s, keyId: '0'.repeat(64) })],
    ['another algorithm', (s: SignedStatement) => ({ ...s, alg: 'ecdsa-p256-sha256' })],
  ])('refuses %s', (_, change) => {
    expect(verifyReleaseStatement(change(signedRelease()), [trusted])).toMatchObject({
      ok: false,
      error: { code: 'SIGNATURE_INVALID' },
    });
  });

  test('a signature of one type is none of the other', () => {
    expect(verifySwitchStatement(signedRelease(), [trusted])).toMatchObject({ ok: false, error: { code: 'SIGNATURE_INVALID' } });
  });

  test('a trusted entry whose key id belongs to another key is not used', () => {
    const foreign = { ...trusted, keyId: 'f'.repeat(64) };
    const signed = { ...signedRelease(), keyId: foreign.keyId };
    expect(verifyReleaseStatement(signed, [foreign])).toMatchObject({ ok: false, error: { code: 'SIGNATURE_INVALID' } });
  });
});

describe('log chain (RL-06)', () => {
  const namespace = releaseNamespace('dev');
  const first: SwitchStatement = {
    action: 'publish',
    expires_at: '2026-03-31T00:00:00Z',
    issued_at: '2026-02-14T00:50:00Z',
    manifest_sha256: '7d66574384f500368d0ad9a41fee6b8c020316f8c46b2a1f38bdf0d4dddb850d',
    namespace,
    prev_log_hash: FIRST_PREV_LOG_HASH,
    prev_seq: 0,
    publish_seq: 1,
    version: '2026-02-13-core_major',
  };

  test('entry hashes', () => {
    expect(namespace).toBe('dev:strategy/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL');
    const one = entryHash(encodeSwitchStatement(first));
    expect(one).toBe('38bcbf33e441d9ae3a7033869c73a375898d805aeb1597a000fa268abb32e55b');
    const second: SwitchStatement = {
      ...first,
      expires_at: '2026-04-28T00:00:00Z',
      issued_at: '2026-03-14T00:50:00Z',
      manifest_sha256: statement.manifest_sha256,
      prev_log_hash: one,
      prev_seq: 1,
      publish_seq: 2,
      version: statement.version,
    };
    expect(entryHash(encodeSwitchStatement(second))).toBe('f33773ac67d22d20bfbbade57796962db3d077299215ba40281a86bc12a405c9');
  });

  test('optional fields appear only when they are given', () => {
    const text = (value: SwitchStatement): string => new TextDecoder().decode(encodeSwitchStatement(value));
    expect(text(first)).not.toMatch(/approved_by|condemns|reason/);
    expect(text({ ...first, reason: 'bad data', approved_by: 'ops' })).toMatch(/"approved_by":"ops".*"reason":"bad data"/);
  });
});

function flip(bytes: Uint8Array, index: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
}
