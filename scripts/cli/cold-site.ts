import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { type ColdDeps, DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { HomeOptions } from './program/shared-options.ts';
import { readingHome, usingHome } from './using-home.ts';

/** Where a cold tier is: in an environment of this machine, or in a folder of its own, such as the worker's. */
export interface ColdSiteOptions extends HomeOptions {
  /** Folder of the objects; undefined = the home's. */
  readonly store: string | undefined;
}

/** A cold tier of this machine. */
export interface ColdSite extends ColdDeps {
  readonly nowMs: number;
}

/** Opens a cold tier to read or to write, does the work, and closes what it opened. */
export function usingColdSite<T>(
  options: ColdSiteOptions,
  access: 'read' | 'write',
  work: (site: ColdSite) => Promise<T>,
): Promise<T> {
  if (options.store !== undefined)
    return work(siteOf(folderObjectStore({ root: existing(options.store) }), systemClock().nowMs()));
  const open = access === 'read' ? readingHome : usingHome;
  return open(options, async (home) => work(siteOf(home.objects, home.clock.nowMs())));
}

function siteOf(objects: ObjectStore, nowMs: number): ColdSite {
  return { objects, cold: coldStore(objects, { root: DEFAULT_LAYOUT.root }), nowMs };
}

function existing(folder: string): string {
  if (existsSync(folder)) return resolve(folder);
  throw new LivepoolError('USAGE', 'terminal', `there is no folder ${folder}; --store takes the folder of a store's objects`);
}
