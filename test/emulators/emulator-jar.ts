import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Emulators that the tests know how to start. */
export type EmulatorName = 'firestore' | 'pubsub';

/** Where a jar lies below a gcloud SDK's `platform/` and below firebase-tools' cache; both names carry versions. */
const PLACES: Readonly<
  Record<EmulatorName, { readonly gcloud: readonly string[]; readonly firebase: readonly string[]; readonly jar: RegExp }>
> = {
  firestore: { gcloud: ['cloud-firestore-emulator'], firebase: ['.'], jar: /^cloud-firestore-emulator.*\.jar$/ },
  pubsub: { gcloud: ['pubsub-emulator', 'lib'], firebase: ['pubsub-emulator', 'lib'], jar: /^cloud-pubsub-emulator.*\.jar$/ },
};

/** Path of an emulator's jar, from the gcloud SDK or from `firebase setup:emulators:…`; undefined when neither has it. */
export async function findEmulatorJar(name: EmulatorName): Promise<string | undefined> {
  const { gcloud, firebase, jar } = PLACES[name];
  const sdkRoot = await gcloudRoot();
  const folders = [
    ...(sdkRoot === undefined ? [] : [join(sdkRoot, 'platform', ...gcloud)]),
    join(homedir(), '.cache', 'firebase', 'emulators', ...firebase),
  ];
  return folders.flatMap((folder) =>
    filesOf(folder)
      .filter((file) => jar.test(file))
      .map((file) => join(folder, file)),
  )[0];
}

async function gcloudRoot(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('gcloud', ['info', '--format=value(installation.sdk_root)']);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

function filesOf(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort().reverse() : [];
}
