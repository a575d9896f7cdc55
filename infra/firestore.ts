import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as gcp from '@pulumi/gcp';
import { type Place, protectedData, replaceable } from './place.ts';

/** One entry of `firebase.json`, which the emulators read as well. */
interface DatabaseFiles {
  readonly database: string;
  readonly rules: string;
  readonly indexes: string;
}

interface IndexFile {
  readonly indexes: readonly {
    readonly collectionGroup: string;
    readonly queryScope: string;
    readonly fields: readonly { readonly fieldPath: string; readonly order: string }[];
  }[];
  readonly fieldOverrides: readonly {
    readonly collectionGroup: string;
    readonly fieldPath: string;
    readonly indexes: readonly [];
  }[];
}

const ROOT = resolve(import.meta.dirname, '..');
const BACKUP_RETENTION_S = 14 * 7 * 86_400;

/** Every database of `firebase.json` with its rules and indexes, point-in-time recovery and a nightly backup. */
export function declareFirestore(place: Place): Readonly<Record<string, gcp.firestore.Database>> {
  const { firestore } = readJson<{ firestore: readonly DatabaseFiles[] }>('firebase.json');
  return Object.fromEntries(firestore.map((files) => [files.database, declareDatabase(place, files)]));
}

function declareDatabase(place: Place, { database: name, rules, indexes }: DatabaseFiles): gcp.firestore.Database {
  const { project, firestoreLocation } = place.settings;
  const short = shortName(name);
  const database = new gcp.firestore.Database(
    `database-${short}`,
    {
      project,
      name,
      locationId: firestoreLocation,
      type: 'FIRESTORE_NATIVE',
      pointInTimeRecoveryEnablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
      deleteProtectionState: 'DELETE_PROTECTION_ENABLED',
      deletionPolicy: 'ABANDON',
    },
    protectedData(place),
  );
  declareRules(place, database, name, rules);
  declareIndexes(place, database, short, readJson<IndexFile>(indexes));
  new gcp.firestore.BackupSchedule(
    `backup-${short}`,
    { project, database: database.name, retention: `${BACKUP_RETENTION_S}s`, dailyRecurrence: {} },
    replaceable(place),
  );
  return database;
}

function declareRules(place: Place, database: gcp.firestore.Database, name: string, file: string): void {
  const { project } = place.settings;
  const short = shortName(name);
  const content = readFileSync(resolve(ROOT, file), 'utf8');
  const after = { dependsOn: [database] };
  const ruleset = new gcp.firebaserules.Ruleset(
    `rules-${short}`,
    { project, source: { files: [{ name: file, content }] } },
    after,
  );
  new gcp.firebaserules.Release(
    `rules-release-${short}`,
    { project, name: name === '(default)' ? 'cloud.firestore' : `cloud.firestore/${name}`, rulesetName: ruleset.name },
    after,
  );
}

function declareIndexes(
  place: Place,
  database: gcp.firestore.Database,
  short: string,
  { indexes, fieldOverrides }: IndexFile,
): void {
  const { project } = place.settings;
  for (const { collectionGroup, queryScope, fields } of indexes) {
    const name = logicalName('index', short, collectionGroup, ...fields.map(({ fieldPath }) => fieldPath));
    new gcp.firestore.Index(name, {
      project,
      database: database.name,
      collection: collectionGroup,
      queryScope,
      fields: fields.map(({ fieldPath, order }) => ({ fieldPath, order })),
    });
  }
  for (const { collectionGroup, fieldPath } of fieldOverrides) {
    const name = logicalName('field', short, collectionGroup, fieldPath === '*' ? 'all' : fieldPath);
    // An empty block turns every single-field index off.
    const args = {
      project,
      database: database.name,
      collection: collectionGroup,
      field: fieldPath,
      indexConfig: { indexes: [] },
    };
    new gcp.firestore.Field(name, args, replaceable(place));
  }
}

function logicalName(...parts: readonly string[]): string {
  return parts.join('-').replaceAll('_', '-');
}

function shortName(database: string): string {
  return database === '(default)' ? 'release' : database;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(resolve(ROOT, file), 'utf8')) as T;
}
