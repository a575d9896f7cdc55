import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FUNCTIONS } from '../../infra/deployables.ts';
import { recordStack, type StackRecording } from '../../infra/recording/record-stack.ts';
import { bundleDigest } from '../../infra/settings/bundle-digest.ts';
import { ROOT } from '../architecture/source-tree.ts';

/** The stacks that are committed. */
export const STACKS = ['dev', 'prod'] as const;

/** A release set with a bundle of each function, as `npm run bundle` leaves it, in a folder of its own. */
export interface ReleaseFolder {
  readonly folder: string;
  readonly file: string;
  readonly bundles: Readonly<Record<string, string>>;
  readonly remove: () => void;
}

/** Bundles of every declared function with made-up content, and the release set that names them. */
export function releaseFolder(names: readonly string[] = FUNCTIONS.map(({ name }) => name)): ReleaseFolder {
  const folder = mkdtempSync(join(tmpdir(), 'livepool-infra-'));
  const bundles = Object.fromEntries(names.map((name) => [name, writeBundle(folder, name)]));
  const file = join(folder, 'release.json');
  writeReleaseSet(file, bundles);
  return { folder, file, bundles, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The release set as a file. */
export function writeReleaseSet(file: string, bundles: Readonly<Record<string, string>>, own: object = {}): void {
  const set = {
    revision: 'a'.repeat(40),
    lock_file_sha256: 'b'.repeat(64),
    bundles,
    worker_image: `us-east4-docker.pkg.dev/p/livepool/worker@sha256:${'c'.repeat(64)}`,
  };
  writeFileSync(file, JSON.stringify({ ...set, ...own }));
}

/** What the program asks for in a committed stack, with the settings that only an owner knows made up. */
export async function recordCommitted(
  stack: string,
  releaseSet: string,
  own: Record<string, string> = {},
): Promise<StackRecording> {
  const release = { 'livepool:releaseSet': releaseSet, 'livepool:bundlesFolder': join(dirname(releaseSet), 'functions') };
  return recordStack(stack, { ...stackFile(stack), ...ownerSettings(stack), ...release, ...own });
}

/** What `pulumi config set` is used for before the first update. */
export function ownerSettings(stack: string): Record<string, string> {
  return {
    'gcp:project': `example-${stack}`,
    'livepool:billingAccount': '000000-000000-000000',
    'livepool:operatorGroup': 'operators@example.com',
    'livepool:notifyEmail': 'alerts@example.com',
    'livepool:ciRepository': 'example/livepool',
    'livepool:approvers': 'ann@example.com=MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=',
    'livepool:volumeScale': '0.2',
  };
}

/** Config of `Pulumi.<stack>.yaml`: flat `key: value` lines below `config:`. */
export function stackFile(stack: string): Record<string, string> {
  const text = readFileSync(join(ROOT, 'infra', `Pulumi.${stack}.yaml`), 'utf8');
  const pairs = [...text.matchAll(/^ {2}([a-z]+:[A-Za-z]+): "?([^"\n]*)"?$/gm)];
  return Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, value]));
}

function writeBundle(folder: string, name: string): string {
  const bundle = join(folder, 'functions', name);
  mkdirSync(bundle, { recursive: true });
  writeFileSync(join(bundle, 'index.mjs'), `// ${name}\n`);
  writeFileSync(join(bundle, 'package.json'), '{"type":"module","main":"index.mjs"}\n');
  return bundleDigest(bundle);
}
