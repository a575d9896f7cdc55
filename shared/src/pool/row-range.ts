/** The numbers from … to − 1. */
export function rowRange(from: number, to: number): Int32Array<ArrayBuffer> {
  const range = new Int32Array(to - from);
  for (let k = 0; k < range.length; k++) range[k] = from + k;
  return range;
}
