import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COLLECTIONS, DATABASES } from '#shared/contracts/names.ts';
import type { StackRecording } from '../../infra/recording/record-stack.ts';
import { ROOT } from '../architecture/source-tree.ts';
import { freshProject, requestEmulator } from '../emulators/request-emulator.ts';
import { at, ofType, textAt } from './checks/recorded.ts';
import { type ReleaseFolder, recordCommitted, releaseFolder } from './recorded-stacks.ts';

interface Firebase {
  readonly firestore: readonly { readonly database: string; readonly rules: string; readonly indexes: string }[];
}

interface Indexes {
  readonly indexes: readonly object[];
  readonly fieldOverrides: readonly {
    readonly collectionGroup: string;
    readonly fieldPath: string;
    readonly indexes: readonly object[];
  }[];
}

const { firestore } = json<Firebase>('firebase.json');
const emulator = await requestEmulator('firestore');

describe('firebase.json', () => {
  it('has every database of the code', () => {
    expect(firestore.map(({ database }) => database).toSorted()).toEqual(Object.values(DATABASES).toSorted());
  });

  it('names collections that the code has', () => {
    const groups = firestore.flatMap(({ indexes }) =>
      json<Indexes>(indexes).fieldOverrides.map(({ collectionGroup }) => collectionGroup),
    );
    expect(groups.filter((group) => !(Object.values(COLLECTIONS) as string[]).includes(group))).toEqual([]);
    expect(groups.length).toBeGreaterThan(0);
  });
});

describe('what Pulumi deploys', () => {
  let release: ReleaseFolder;
  let recording: StackRecording;
  beforeAll(async () => {
    release = releaseFolder();
    recording = await recordCommitted('dev', release.file);
  });
  afterAll(() => release.remove());

  it.each(firestore.map((entry) => [entry.database, entry] as const))(
    'is what the emulators read, for %s',
    (database, { rules, indexes }) => {
      const name = database === '(default)' ? 'cloud.firestore' : `cloud.firestore/${database}`;
      const deployed = ofType(recording, 'Release').find(({ inputs }) => textAt(inputs, 'name') === name);
      const short = deployed?.name.replace('rules-release-', '') ?? '';
      const ruleset = recording.resources.find((resource) => resource.name === `rules-${short}`);
      expect(textAt(ruleset?.inputs, 'source.files.0.content')).toBe(text(rules));

      const wanted = json<Indexes>(indexes);
      const of = (type: string) => ofType(recording, type).filter(({ inputs }) => textAt(inputs, 'database') === database);
      expect(of('Index')).toHaveLength(wanted.indexes.length);
      expect(
        of('Field').map(({ inputs }) => [at(inputs, 'collection'), at(inputs, 'field'), at(inputs, 'indexConfig.indexes')]),
      ).toEqual(wanted.fieldOverrides.map((override) => [override.collectionGroup, override.fieldPath, override.indexes]));
    },
  );
});

describe.skipIf(emulator.isAbsent)(`the rules in the emulator${emulator.note}`, () => {
  const project = freshProject();
  const address = `http://${emulator.host}/v1/projects/${project}/databases/(default)/documents/strategy/x`;
  const asOwner = { authorization: 'Bearer owner', 'content-type': 'application/json' };
  const body = JSON.stringify({ fields: { version: { stringValue: 'v' } } });

  beforeAll(async () => {
    const rules = { rules: { files: [{ name: 'firestore.rules', content: text('firestore.rules') }] } };
    const loaded = await fetch(`http://${emulator.host}/emulator/v1/projects/${project}:securityRules`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rules),
    });
    expect(loaded.status, await loaded.text()).toBe(200);
    const written = await fetch(address, { method: 'PATCH', headers: asOwner, body });
    expect(written.status).toBe(200);
  });

  it('let the server in, which IAM judges', async () => {
    expect((await fetch(address, { headers: asOwner })).status).toBe(200);
  });

  it.each([
    ['nobody', {}],
    ['a signed-in user', { authorization: `Bearer ${unsignedToken(project)}` }],
  ])('keep %s from reading and writing', async (_who, headers) => {
    expect((await fetch(address, { headers })).status).toBe(403);
    const write = await fetch(address, { method: 'PATCH', headers: { ...headers, 'content-type': 'application/json' }, body });
    expect(write.status).toBe(403);
  });
});

/** What the emulator takes as the token of an end user. */
function unsignedToken(project: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const nowS = Math.floor(Date.now() / 1_000);
  const claims = {
    sub: 'eve',
    user_id: 'eve',
    aud: project,
    iss: `https://securetoken.google.com/${project}`,
    iat: nowS,
    exp: nowS + 3_600,
  };
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
}

function text(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function json<T>(file: string): T {
  return JSON.parse(text(file)) as T;
}
