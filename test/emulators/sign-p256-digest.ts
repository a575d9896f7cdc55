import { createECDH, type KeyObject } from 'node:crypto';

/** Order of the group of P-256 (FIPS 186-4, D.1.2.3). */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/**
 * ECDSA over a digest that was made elsewhere, as Cloud KMS signs and node:crypto does not: r = x(kG), s = k⁻¹(z + rd) mod n
 * (FIPS 186-4 §6.4), in DER. For a test's stand-in only: nothing here runs in constant time.
 */
export function signP256Digest(digest: Buffer, privateKey: KeyObject): Buffer {
  const d = integer(Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url'));
  const nonce = createECDH('prime256v1');
  const point = nonce.generateKeys();
  const k = integer(nonce.getPrivateKey());
  const r = integer(point.subarray(1, 33)) % ORDER;
  const s = (inverse(k) * (integer(digest) + r * d)) % ORDER;
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** Fermat: k^(n−2) mod n. */
function inverse(k: bigint): bigint {
  let result = 1n;
  let power = k;
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * power) % ORDER;
    power = (power * power) % ORDER;
  }
  return result;
}

function integer(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  const padded = bytes[0]! & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02, padded.length]), padded]);
}
