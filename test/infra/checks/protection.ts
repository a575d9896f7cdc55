import { DEPLOYED_SET, OBJECT_PREFIX } from '#shared/contracts/names.ts';
import { at, type Check, ofType, textAt } from './recorded.ts';

/** What cannot be made again: data, the trust in it, and the address that venues know. */
const PROTECTED = ['Address', 'Bucket', 'CryptoKey', 'CryptoKeyVersion', 'Database', 'KeyRing', 'ManagedFolder', 'Secret'];

/** Scratch and what is rewritten; a lifecycle rule may reach these and nothing else. */
const MAY_EXPIRE = ['raw', 'staging', 'current', 'monthly'].map((folder) => `${OBJECT_PREFIX}/${folder}/`);

const DAY_S = 86_400;

/** Data is protected from the program itself, from deletion, from lifecycle rules, and can be brought back. */
export const protection: Check = (recording) => [
  ...PROTECTED.flatMap((type) => ofType(recording, type))
    .filter(({ protect }) => !protect)
    .map(({ name }) => `${name} is not protected`),
  ...buckets(recording),
  ...databases(recording),
  ...ofType(recording, 'Function')
    .filter(({ inputs }) => textAt(inputs, 'serviceConfig.serviceAccountEmail').startsWith('sa-publish@'))
    .filter(({ inputs }) => !(Number(textAt(inputs, 'serviceConfig.environmentVariables.PIPELINE_RETENTION_DAYS')) >= 400))
    .map(({ name }) => `${name} writes releases that could be removed`),
  ...ofType(recording, 'BucketObject')
    .filter(({ inputs, retainOnDelete }) => !retainOnDelete && textAt(inputs, 'name') !== DEPLOYED_SET.object)
    .map(({ name }) => `${name} would go with the update after it`),
];

const buckets: Check = (recording) =>
  ofType(recording, 'Bucket').flatMap(({ name, inputs }) => [
    ...(at(inputs, 'versioning.enabled') === true ? [] : [`${name} keeps no versions`]),
    ...(Number(at(inputs, 'softDeletePolicy.retentionDurationSeconds')) >= 30 * DAY_S
      ? []
      : [`${name} forgets what was deleted`]),
    ...(at(inputs, 'forceDestroy') === false ? [] : [`${name} could be destroyed with its content`]),
    ...(name !== 'bucket-release' || at(inputs, 'enableObjectRetention') === true
      ? []
      : [`${name} allows no retention of releases`]),
    ...((at(inputs, 'lifecycleRules') ?? []) as unknown[]).flatMap((rule) => lifecycle(name, rule)),
  ]);

function lifecycle(name: string, rule: unknown): readonly string[] {
  const prefixes = at(rule, 'condition.matchesPrefixes') as readonly string[] | undefined;
  if (prefixes === undefined || prefixes.length === 0) return [`${name} has a rule for everything in it`];
  return prefixes.filter((prefix) => !MAY_EXPIRE.includes(prefix)).map((prefix) => `${name} lets ${prefix} expire`);
}

const databases: Check = (recording) =>
  ofType(recording, 'Database').flatMap(({ name, inputs }) => [
    ...(textAt(inputs, 'pointInTimeRecoveryEnablement').endsWith('_ENABLED') ? [] : [`${name} has no point-in-time recovery`]),
    ...(textAt(inputs, 'deleteProtectionState') === 'DELETE_PROTECTION_ENABLED' ? [] : [`${name} can be deleted`]),
    ...(ofType(recording, 'BackupSchedule').some((backup) => textAt(backup.inputs, 'database') === textAt(inputs, 'name'))
      ? []
      : [`${name} has no backups`]),
  ]);
