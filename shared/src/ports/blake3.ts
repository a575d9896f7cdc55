/** BLAKE3-256 over parts as if they were one text of bytes, lower-case hex. Law: the same bytes, however parted, same digest. */
export interface Blake3 {
  hex(...parts: readonly Uint8Array[]): string;
}
