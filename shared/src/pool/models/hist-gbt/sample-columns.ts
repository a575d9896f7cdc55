import { hash } from 'node:crypto';

/**
 * Columns of tree `tree`, ascending: features sorted by the hex SHA-256 of `gbt:<seed>:<tree>:<feature>`, the first
 * ⌊fraction·p + ½⌋ kept (pool spec §13, vector P-12).
 */
export function sampleColumns(features: readonly string[], seed: number, tree: number, fraction: number): number[] {
  const kept = Math.floor(fraction * features.length + 0.5);
  const keyed = features.map((feature, column) => ({ column, key: hash('sha256', `gbt:${seed}:${tree}:${feature}`, 'hex') }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return keyed
    .slice(0, kept)
    .map(({ column }) => column)
    .sort((a, b) => a - b);
}
