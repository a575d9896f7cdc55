/** Reversed Castagnoli polynomial (RFC 3720 §12.1), the CRC of Cloud Storage and Cloud KMS. */
const POLYNOMIAL = 0x82f63b78;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** CRC32C of bytes as an unsigned 32-bit integer. Detects damage on the way, never tampering. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** The same as Cloud Storage writes it: base64 of the four big-endian bytes. */
export function crc32cBase64(bytes: Uint8Array): string {
  const word = Buffer.alloc(4);
  word.writeUInt32BE(crc32c(bytes));
  return word.toString('base64');
}
