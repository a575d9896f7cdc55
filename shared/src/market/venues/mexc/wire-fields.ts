import { FrameRefused } from '../frame-syntax.ts';

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;
/** Bytes of the longest number that a double holds exactly. */
const MOST_VARINT_BYTES = 8;

/** One field of a protobuf message: a number, or the span of its bytes. */
export type OnField = (field: number, number: number, from: number, to: number) => void;

/**
 * Walks the fields of the protobuf message in `bytes[from … to)`. Numbers come as `number` with an empty span; texts, messages and
 * fixed-width values as their span with number −1. Field numbers that nobody knows are the caller's to pass over. Throws
 * `FrameRefused` for bytes that are no message; never reads outside the span.
 */
export function walkFields(bytes: Uint8Array, from: number, to: number, onField: OnField): void {
  const varint = { value: 0, end: from };
  for (let at = from; at < to; ) {
    readVarint(bytes, at, to, varint);
    at = varint.end;
    const field = Math.floor(varint.value / 8);
    const wire = varint.value % 8;
    if (field === 0) throw new FrameRefused('syntax', 'field 0');
    if (wire === VARINT) {
      readVarint(bytes, at, to, varint);
      at = varint.end;
      onField(field, varint.value, at, at);
      continue;
    }
    const size = sizeOf(wire, bytes, at, to, varint);
    at = varint.end;
    if (size > to - at) throw new FrameRefused('syntax', `field ${field} ends behind the frame`);
    onField(field, -1, at, at + size);
    at += size;
  }
}

/** ASCII text of a span: numbers and symbols are all that this venue writes in the fields we read. */
export function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) {
    const code = bytes[at]!;
    if (code < 32 || code > 126) throw new FrameRefused('syntax', `byte ${code} in a text`);
    text += String.fromCharCode(code);
  }
  return text;
}

interface Varint {
  value: number;
  end: number;
}

function sizeOf(wire: number, bytes: Uint8Array, at: number, to: number, varint: Varint): number {
  switch (wire) {
    case BYTES:
      readVarint(bytes, at, to, varint);
      return varint.value;
    case FIXED_64:
    case FIXED_32:
      varint.end = at;
      return wire === FIXED_64 ? 8 : 4;
    default:
      throw new FrameRefused('syntax', `wire type ${wire}`);
  }
}

function readVarint(bytes: Uint8Array, from: number, to: number, into: Varint): void {
  let value = 0;
  let scale = 1;
  for (let at = from; at < to && at < from + MOST_VARINT_BYTES; at++) {
    const byte = bytes[at]!;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      if (!Number.isSafeInteger(value)) break;
      into.value = value;
      into.end = at + 1;
      return;
    }
    scale *= 128;
  }
  throw new FrameRefused('syntax', 'a number without end');
}
