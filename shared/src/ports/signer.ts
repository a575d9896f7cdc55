export type SignatureAlgorithm = 'ed25519' | 'ecdsa-p256-sha256';

export interface Signature {
  readonly alg: SignatureAlgorithm;
  /** Lower-case hex SHA-256 of the DER (SPKI) public key. */
  readonly keyId: string;
  readonly bytes: Uint8Array;
}

/**
 * Signs messages with one private key that never leaves the adapter. Laws (test/laws/signer.ts): what it signs verifies with
 * `publicKeyDer` · one changed bit of message or signature does not · another key does not.
 */
export interface Signer {
  readonly alg: SignatureAlgorithm;
  readonly keyId: string;
  /** SPKI DER of the public key. */
  readonly publicKeyDer: Uint8Array;
  /** Fails with SIGNING_FAILED (transient). */
  sign(message: Uint8Array): Promise<Signature>;
}
