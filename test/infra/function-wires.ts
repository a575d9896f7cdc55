import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../architecture/source-tree.ts';
import { REPOSITORY_FUNCTIONS } from './function-schemas.ts';

/** What a function opens in Google Cloud, as its wiring says: settings that name buckets and databases, and whether it sends or signs. */
export interface Opened {
  readonly buckets: readonly string[];
  readonly databases: readonly string[];
  readonly sends: boolean;
  readonly signs: boolean;
  readonly readsSecrets: boolean;
}

/** By function: read from `wire.ts` and from what it takes of `functions/edge`. */
export const functionWires: Readonly<Record<string, Opened>> = Object.fromEntries(
  REPOSITORY_FUNCTIONS.map((name) => [name, openedIn(wiringOf(name))]),
);

/** What a wiring opens; one that opens something in another way than these would be missed, so openers have these names only. */
export function openedIn(code: string): Opened {
  const settings = (opener: string): string[] =>
    [...code.matchAll(new RegExp(`${opener}\\(\\s*config,\\s*config\\.(PIPELINE_\\w+)`, 'g'))].map(([, setting = '']) => setting);
  return {
    buckets: [...new Set(settings('openBucket'))].toSorted(),
    databases: [...new Set(settings('openDatabase'))].toSorted(),
    sends: /\bopenBus\(config/.test(code),
    signs: /\bopenSigner\(config/.test(code),
    readsSecrets: /\bopenSecrets?\(|secret-store/.test(code),
  };
}

function wiringOf(name: string): string {
  const wire = readFileSync(join(ROOT, 'functions', name, 'wire.ts'), 'utf8');
  const taken = [...wire.matchAll(/from '\.\.\/edge\/([a-z-]+\.ts)'/g)].map(([, file = '']) => file);
  return [wire, ...taken.map((file) => readFileSync(join(ROOT, 'functions', 'edge', file), 'utf8'))].join('\n');
}
