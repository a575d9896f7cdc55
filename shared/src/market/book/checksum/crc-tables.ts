/**
 * CRC-32/ISO-HDLC as a linear map: the register after `register` reads n bytes equals `advance(register, n)` XOR the register
 * that starts at 0 and reads the same bytes. So each level's bytes are read once, and a checksum over twenty levels costs
 * twenty advances of four table look-ups.
 */
export interface CrcTables {
  /**
   * `[2000 * g + v]`: register from 0 after the digits of v, without zeros before it, and 3·g bytes that are zero; the same with
   * 1000 more for all three digits of v. The digits of a number, three at a time, are so many look-ups that do not wait for another.
   */
  readonly digits: Int32Array;
  /** `[n]`: register from −1, where every CRC begins, after n zero bytes, n ≤ MOST_SIDE_DIGITS. */
  readonly begun: Int32Array;
  /** `[n * 1024 + 256 * k + b]`: what byte `b` at place `k` of the register becomes after n zero bytes, n < NEAR_BYTES. */
  readonly advance: Int32Array;
  /** The same after NEAR_BYTES · n zero bytes, for as many as a side has. */
  readonly advanceFar: Int32Array;
}

/** Two safe integers of at most 16 digits each, and as many zeros behind each as their texts may carry. */
const MOST_LEVEL_DIGITS = 62;
/** Ten such levels. */
const MOST_SIDE_DIGITS = 10 * MOST_LEVEL_DIGITS;
/** A power of two above the digits of a level. */
const NEAR_BYTES = 64;
const FAR_ROWS = Math.floor(MOST_SIDE_DIGITS / NEAR_BYTES) + 1;
/** Groups of three digits in a safe integer. */
const GROUPS = 6;

const POLYNOMIAL = 0xedb88320;
let tables: CrcTables | undefined;

/** The tables, computed at first use (347 KB). */
export function crcTables(): CrcTables {
  tables ??= buildTables();
  return tables;
}

function buildTables(): CrcTables {
  const byte = Int32Array.from({ length: 256 }, (_, value) => eightSteps(value));
  const advance = advanceTable(NEAR_BYTES, (register) => (register >>> 8) ^ byte[register & 255]!);
  const nearly = (register: number) => advanced(register, NEAR_BYTES - 1, advance);
  const advanceFar = advanceTable(FAR_ROWS, (register) => advanced(nearly(register), 1, advance));
  const begun = new Int32Array(MOST_SIDE_DIGITS + 1).fill(-1);
  for (let length = 1; length < begun.length; length++) begun[length] = advanced(begun[length - 1]!, 1, advance);
  return { digits: digitTable(advance, byte), begun, advance, advanceFar };
}

/** So many rows, each one `step` on from the one before. */
function advanceTable(rows: number, step: (register: number) => number): Int32Array {
  const table = new Int32Array(rows * 1024);
  for (let place = 0; place < 4; place++) {
    for (let value = 0; value < 256; value++) {
      let register = value << (place * 8);
      for (let at = place * 256 + value; at < table.length; at += 1024) {
        table[at] = register;
        register = step(register);
      }
    }
  }
  return table;
}

function digitTable(advance: Int32Array, byte: Int32Array): Int32Array {
  const digits = new Int32Array(GROUPS * 2000);
  for (let value = 0; value < 1000; value++) {
    digits[value] = textCrc(String(value), advance, byte);
    digits[1000 + value] = textCrc(String(value).padStart(3, '0'), advance, byte);
  }
  for (let at = 2000; at < digits.length; at++) digits[at] = advanced(digits[at - 2000]!, 3, advance);
  return digits;
}

function textCrc(text: string, advance: Int32Array, byte: Int32Array): number {
  let register = 0;
  for (let i = 0; i < text.length; i++) register = advanced(register, 1, advance) ^ byte[text.charCodeAt(i)]!;
  return register;
}

/** Register after `length` zero bytes. */
function advanced(register: number, length: number, advance: Int32Array): number {
  const row = length << 10;
  return (
    advance[row + (register & 255)]! ^
    advance[row + 256 + ((register >>> 8) & 255)]! ^
    advance[row + 512 + ((register >>> 16) & 255)]! ^
    advance[row + 768 + (register >>> 24)]!
  );
}

function eightSteps(value: number): number {
  let register = value;
  for (let bit = 0; bit < 8; bit++) register = register & 1 ? (register >>> 1) ^ POLYNOMIAL : register >>> 1;
  return register;
}
