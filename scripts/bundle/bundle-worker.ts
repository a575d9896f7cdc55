import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Bundle, describeBundle, writeCode } from './bundle-function.ts';

/** Name of the one deployable that is an image and no function. */
export const WORKER = 'worker';

const DOCKERFILE = resolve(import.meta.dirname, '..', '..', 'functions', WORKER, 'Dockerfile');

/** Builds the worker into `<out>/worker/`, with nothing left to install, and puts the Dockerfile of its image beside the code. */
export async function bundleWorker(out: string): Promise<Bundle> {
  const folder = join(out, WORKER);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packages = await writeCode(WORKER, folder);
  cpSync(DOCKERFILE, join(folder, 'Dockerfile'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name: 'livepool-worker', private: true, type: 'module' })}\n`);
  return describeBundle(WORKER, folder, packages);
}
