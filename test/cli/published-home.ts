import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { publish } from '#shared/release/publish/publish.ts';
import { openHome } from '../../scripts/cli/home.ts';
import { publishInput, restlessClock } from '../release/support/release-lab.ts';

/** The objects of a home, below its folder. */
export const OBJECTS = join('sample', 'objects', 'crypto-live-pool-pipelines');

/** A home in which these tiny releases were published, in that order; removed when the running test ends. */
export async function publishedHome(...versions: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'livepool-home-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const home = openHome({ home: folder, environment: 'sample', access: 'write' });
  const deps = { ...home.actDeps(() => undefined), clock: restlessClock() };
  for (const [twist, version] of versions.entries()) await publish(deps, publishInput(version, { twist }));
  home.close();
  return folder;
}
