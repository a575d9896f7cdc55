import { resolve } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { checkBundles } from './check-bundles.ts';
import { type ReleaseSet, readReleaseSet } from './release-set.ts';
import { volumeScaleOf } from './volume-scale.ts';

/** Everything that differs between two stacks, read once. */
export interface StackSettings {
  readonly project: string;
  readonly region: string;
  /** `dev` or `prod`; part of every signature. */
  readonly environment: string;
  /** Location of the buckets: a region, or a multi-region with a second copy. */
  readonly storageLocation: string;
  readonly firestoreLocation: string;
  readonly venue: string;
  readonly venueProfile: string;
  /** What the worker watches: canonical ids, comma-separated. */
  readonly instruments: string;
  /** Factor on the volume thresholds for this venue; undefined = the one of the parameter set. */
  readonly volumeScale: string | undefined;
  /** Pages wake somebody; otherwise every alert is a ticket. */
  readonly paging: boolean;
  /** USD a month. */
  readonly budgetUsd: number;
  readonly logRetentionDays: number;
  readonly billingAccount: string;
  /** E-mail of the group whose members operate the pipeline. */
  readonly operatorGroup: string;
  /** Where alerts go. */
  readonly notifyEmail: string;
  /** `owner/name` of the repository whose CI may deploy. */
  readonly ciRepository: string;
  /** `<e-mail>=<public key>` of each person who may approve, comma-separated. */
  readonly approvers: string;
  /** How many versions the signing key has; the newest signs, the others stay trusted. */
  readonly signingKeyVersions: number;
  /** Public keys of a project that this one was restored from (SPKI DER, base64): they signed what was brought here. */
  readonly formerKeys: readonly string[];
  readonly releaseSet: ReleaseSet;
  /** Folder with one bundle per function; may lack those that are in the source bucket already. */
  readonly bundlesFolder: string;
}

/** What no default can know; each is set with `pulumi config set`. */
const OWNER_SETTINGS = ['billingAccount', 'operatorGroup', 'notifyEmail', 'ciRepository', 'approvers'] as const;

/** Settings of the selected stack. Everything that is missing is told in one error, with the command that mends it. */
export async function stackSettings(): Promise<StackSettings> {
  const config = new pulumi.Config('livepool');
  const google = new pulumi.Config('gcp');
  refuseMissing(config, google);
  const releaseSet = await readReleaseSet(pathOf(config.get('releaseSet') ?? '../dist/release.json'));
  const bundlesFolder = pathOf(config.get('bundlesFolder') ?? '../dist/functions');
  checkBundles(releaseSet, bundlesFolder);
  return {
    project: google.require('project'),
    region: google.require('region'),
    environment: config.require('environment'),
    storageLocation: config.require('storageLocation'),
    firestoreLocation: config.require('firestoreLocation'),
    venue: config.require('venue'),
    venueProfile: config.require('venueProfile'),
    instruments: config.require('instruments'),
    volumeScale: volumeScaleOf(config.require('venue'), config.get('volumeScale')),
    paging: config.requireBoolean('paging'),
    budgetUsd: config.requireNumber('budgetUsd'),
    logRetentionDays: config.requireNumber('logRetentionDays'),
    billingAccount: config.require('billingAccount'),
    operatorGroup: config.require('operatorGroup'),
    notifyEmail: config.require('notifyEmail'),
    ciRepository: config.require('ciRepository'),
    approvers: config.require('approvers'),
    signingKeyVersions: config.getNumber('signingKeyVersions') ?? 1,
    formerKeys: (config.get('formerKeys') ?? '').split(',').filter((key) => key !== ''),
    releaseSet,
    bundlesFolder,
  };
}

/** Paths of settings are relative to `infra/`, wherever the release set lies. */
function pathOf(setting: string): string {
  return resolve(import.meta.dirname, '..', setting);
}

function refuseMissing(config: pulumi.Config, google: pulumi.Config): void {
  const missing = [
    ...(google.get('project') === undefined ? ['gcp:project'] : []),
    ...OWNER_SETTINGS.filter((name) => config.get(name) === undefined),
  ];
  if (missing.length === 0) return;
  const commands = missing.map((name) => `  pulumi config set ${name} …`).join('\n');
  throw new pulumi.RunError(`the stack lacks settings that only its owner knows (docs/how-to/deploy.md):\n${commands}`);
}
