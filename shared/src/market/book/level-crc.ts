/**
 * CRC-32/ISO-HDLC as a linear map: the register after `register` reads n bytes equals `advance(register, n)` XOR the register
 * that starts at 0 and reads the same bytes. So each level's bytes are read once, and a checksum over twenty levels costs
 * twenty advances of four table look-ups.
 */
export interface CrcTables {
  /** `[1000 * n + v]`: register from 0 after the n decimal digits of v, zeros before it included, n from 1 to 3. */
  readonly digits: Int32Array;
  /** `[n]`: register from −1, where every CRC begins, after n zero bytes, n ≤ MOST_SIDE_DIGITS. */
  readonly begun: Int32Array;
  /** `[n * 1024 + 256 * k + b]`: what byte `b` at place `k` of the register becomes after n zero bytes, n ≤ MOST_LEVEL_DIGITS. */
  readonly advance: Int32Array;
}

/** Two safe integers of at most 16 digits each, and as many zeros behind each as their texts may carry. */
export const MOST_LEVEL_DIGITS = 62;
/** Ten such levels. */
const MOST_SIDE_DIGITS = 10 * MOST_LEVEL_DIGITS;

const POLYNOMIAL = 0xedb88320;
let tables: CrcTables | undefined;

/** The tables, computed at first use (267 KB). */
export function crcTables(): CrcTables {
  tables ??= buildTables();
  return tables;
}

/** Register after `length` zero bytes. */
export function advanceCrc(register: number, length: number, advance: Int32Array): number {
  const row = length << 10;
  return (
    advance[row + (register & 255)]! ^
    advance[row + 256 + ((register >>> 8) & 255)]! ^
    advance[row + 512 + ((register >>> 16) & 255)]! ^
    advance[row + 768 + (register >>> 24)]!
  );
}

/** The same for any length. */
export function advanceCrcFar(register: number, length: number, advance: Int32Array): number {
  let far = register;
  let rest = length;
  for (; rest > MOST_LEVEL_DIGITS; rest -= MOST_LEVEL_DIGITS) far = advanceCrc(far, MOST_LEVEL_DIGITS, advance);
  return advanceCrc(far, rest, advance);
}

function buildTables(): CrcTables {
  const byte = Int32Array.from({ length: 256 }, (_, value) => eightSteps(value));
  const advance = new Int32Array((MOST_LEVEL_DIGITS + 1) * 1024);
  for (let place = 0; place < 4; place++) {
    for (let value = 0; value < 256; value++) {
      let register = value << (place * 8);
      for (let length = 0; length <= MOST_LEVEL_DIGITS; length++) {
        advance[length * 1024 + place * 256 + value] = register;
        register = (register >>> 8) ^ byte[register & 255]!;
      }
    }
  }
  const begun = new Int32Array(MOST_SIDE_DIGITS + 1).fill(-1);
  for (let length = 1; length < begun.length; length++) begun[length] = advanceCrc(begun[length - 1]!, 1, advance);
  return { digits: digitTable(advance, byte), begun, advance };
}

function digitTable(advance: Int32Array, byte: Int32Array): Int32Array {
  const digits = new Int32Array(4000);
  for (let count = 1; count <= 3; count++) {
    for (let value = 0; value < 10 ** count; value++) {
      const before = digits[(count - 1) * 1000 + Math.floor(value / 10)]!;
      digits[count * 1000 + value] = advanceCrc(before, 1, advance) ^ byte[48 + (value % 10)]!;
    }
  }
  return digits;
}

function eightSteps(value: number): number {
  let register = value;
  for (let bit = 0; bit < 8; bit++) register = register & 1 ? (register >>> 1) ^ POLYNOMIAL : register >>> 1;
  return register;
}
