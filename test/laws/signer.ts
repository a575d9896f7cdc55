import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '#shared/core/sha256.ts';
import { verifySignature } from '#shared/core/verify-signature.ts';
import type { Signer } from '#shared/ports/signer.ts';

/** The laws of Signer; `makeSigner` gives a signer of another key at each call. */
export function signerLaws(name: string, makeSigner: () => Signer | Promise<Signer>): void {
  describe(`${name} keeps the laws of Signer`, () => {
    it('is known by the digest of its public key', async () => {
      const signer = await makeSigner();
      expect(signer.keyId).toBe(sha256Hex(signer.publicKeyDer));
      const signature = await signer.sign(new Uint8Array([1]));
      expect(signature).toMatchObject({ alg: signer.alg, keyId: signer.keyId });
    });

    it('signs what verifies with its key and with no other', async () => {
      const [signer, other] = [await makeSigner(), await makeSigner()];
      expect(other.keyId).not.toBe(signer.keyId);
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (message) => {
          const { alg, bytes } = await signer.sign(message);
          expect(verifySignature(signer.publicKeyDer, alg, message, bytes)).toBe(true);
          expect(verifySignature(other.publicKeyDer, alg, message, bytes)).toBe(false);
        }),
        { numRuns: 20 },
      );
    });

    it('notices one changed bit of message, signature or algorithm', async () => {
      const signer = await makeSigner();
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(), async (message, bit) => {
          const { alg, bytes } = await signer.sign(message);
          expect(verifySignature(signer.publicKeyDer, alg, flipped(message, bit), bytes)).toBe(false);
          expect(verifySignature(signer.publicKeyDer, alg, message, flipped(bytes, bit))).toBe(false);
          expect(verifySignature(signer.publicKeyDer, alg, message, bytes.subarray(1))).toBe(false);
          const otherAlg = alg === 'ed25519' ? 'ecdsa-p256-sha256' : 'ed25519';
          expect(verifySignature(signer.publicKeyDer, otherAlg, message, bytes)).toBe(false);
        }),
        { numRuns: 40 },
      );
    });
  });
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const index = Math.floor(bit / 8) % copy.length;
  copy[index]! ^= 1 << (bit % 8);
  return copy;
}
