import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MARKET_SUBSCRIPTIONS, REGIME_SUBSCRIPTION } from '#shared/contracts/names.ts';
import { ROOT } from '../architecture/source-tree.ts';
import { REPOSITORY_FUNCTIONS } from './function-schemas.ts';

/**
 * What a deployable opens in Google Cloud, as its wiring says: settings that name buckets and databases, subscriptions that it pulls,
 * and whether it sends or signs.
 */
export interface Opened {
  readonly buckets: readonly string[];
  readonly databases: readonly string[];
  readonly pulls: readonly string[];
  readonly sends: boolean;
  readonly signs: boolean;
  readonly readsSecrets: boolean;
}

/** By deployable: read from `wire.ts` and from what it takes of `functions/edge`; the worker's from all its files. */
export const functionWires: Readonly<Record<string, Opened>> = {
  ...Object.fromEntries(REPOSITORY_FUNCTIONS.map((name) => [name, openedIn(wiringOf(name))])),
  worker: openedIn(workerCode()),
};

/** What a wiring opens; one that opens something in another way than these would be missed, so openers have these names only. */
export function openedIn(code: string): Opened {
  const settings = (opener: string): string[] =>
    [...code.matchAll(new RegExp(`${opener}\\(\\s*\\w+,\\s*config\\.(PIPELINE_\\w+)`, 'g'))].map(([, setting = '']) => setting);
  return {
    buckets: [...new Set(settings('openBucket'))].toSorted(),
    databases: [...new Set(settings('openDatabase'))].toSorted(),
    pulls: [
      ...(code.includes('subscriptions: MARKET_SUBSCRIPTIONS') ? MARKET_SUBSCRIPTIONS.map((each) => each.subscription) : []),
      ...(/regimesBySubscription\([^;]*REGIME_SUBSCRIPTION\)/.test(code) ? [REGIME_SUBSCRIPTION] : []),
    ],
    sends: /\bopen(?:Ordered)?Bus\(/.test(code),
    signs: /\bopenSigner\(config/.test(code),
    readsSecrets: /\bopenSecrets?\(|secret-store/.test(code),
  };
}

function workerCode(): string {
  const folder = join(ROOT, 'functions', 'worker');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
}

function wiringOf(name: string): string {
  const wire = readFileSync(join(ROOT, 'functions', name, 'wire.ts'), 'utf8');
  const taken = [...wire.matchAll(/from '\.\.\/edge\/([a-z-]+\.ts)'/g)].map(([, file = '']) => file);
  return [wire, ...taken.map((file) => readFileSync(join(ROOT, 'functions', 'edge', file), 'utf8'))].join('\n');
}
