const LANES = 16;
const MOST_DECIMALS = 15;
/** A place whose high bit is set is left zero. */
const NOTHING = 0x80;
/** Bytes for one number of decimals. */
const TABLE_BYTES = LANES * LANES * LANES;

let places: Uint8Array | undefined;

/**
 * For every number of decimals, digits before the point and digits behind it: which byte of the number's text goes to which of
 * sixteen places, so that the digits end with as many behind the point as there are decimals. In the order
 * `[decimals][before][behind][place]`; 64 KB, computed at first use.
 */
export function digitPlaces(): Uint8Array {
  places ??= buildPlaces();
  return places;
}

function buildPlaces(): Uint8Array {
  const table = new Uint8Array((MOST_DECIMALS + 1) * TABLE_BYTES).fill(NOTHING);
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const point = LANES - decimals;
    for (let before = 1; before <= point && before < LANES; before++) {
      for (let behind = 0; behind <= decimals && before + behind < LANES; behind++) {
        const at = decimals * TABLE_BYTES + before * LANES * LANES + behind * LANES;
        for (let digit = 0; digit < before; digit++) table[at + point - before + digit] = digit;
        for (let digit = 0; digit < behind; digit++) table[at + point + digit] = before + 1 + digit;
      }
    }
  }
  return table;
}
