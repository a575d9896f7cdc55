import type { SeededRandom } from '../../core/seeded-random.ts';

const CHECKSUM = /"checksum":(\d+)/;
/** The size of a level in any of the venues' forms. */
const SIZES = /"(?:qty|s)":"?(\d[\d.]*)|\["[\d.]+","(\d[\d.]*)"\]/g;

/** The message with another checksum; undefined when it has none. */
export function withBadChecksum(text: string, random: SeededRandom): string | undefined {
  const checksum = CHECKSUM.exec(text)?.[1];
  if (checksum === undefined) return undefined;
  const other = (Number(checksum) + 1 + random.nextInt(1_000_000)) % 4_294_967_296;
  return text.replace(CHECKSUM, `"checksum":${other}`);
}

/** The message with one digit of one level's size changed; undefined when it carries no level. */
export function withOtherDigit(text: string, random: SeededRandom): string | undefined {
  const sizes = [...text.matchAll(SIZES)];
  if (sizes.length === 0) return undefined;
  const match = sizes[random.nextInt(sizes.length)]!;
  const size = match[1] ?? match[2]!;
  const places = Array.from(size, (_, at) => at).filter(
    (at) => size[at] !== '.' && (at > 0 || size.length === 1 || size[1] === '.'),
  );
  const place = places[random.nextInt(places.length)]!;
  const other = String((Number(size[place]) + 1 + random.nextInt(9)) % 10);
  const from = match.index + match[0].lastIndexOf(size) + place;
  return text.slice(0, from) + other + text.slice(from + 1);
}

/** The first part of the message: no JSON any more. */
export function cutText(text: string, random: SeededRandom): string {
  return text.slice(0, 1 + random.nextInt(text.length - 1));
}
