import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEPLOYED_SET } from '#shared/contracts/names.ts';
import { releaseSetSchema } from '#shared/contracts/release-set.ts';
import { recordStack, type StackRecording } from '../../infra/recording/record-stack.ts';
import { bundleDigest } from '../../infra/settings/bundle-digest.ts';
import { ofType, textAt } from './checks/recorded.ts';
import {
  ownerSettings,
  type ReleaseFolder,
  recordCommitted,
  releaseFolder,
  stackFile,
  writeReleaseSet,
} from './recorded-stacks.ts';

let release: ReleaseFolder;
beforeEach(() => {
  release = releaseFolder();
});
afterEach(() => release.remove());

const FORMER_KEY = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

const SOURCE = 'buildConfig.source.storageSource.object';

async function sources(): Promise<Record<string, string>> {
  return sourcesOf(await recordCommitted('prod', release.file));
}

function sourcesOf(recording: StackRecording): Record<string, string> {
  return Object.fromEntries(ofType(recording, 'Function').map(({ inputs }) => [textAt(inputs, 'name'), textAt(inputs, SOURCE)]));
}

describe('a release set', () => {
  it('deploys anew what changed, and goes back to what only the source bucket has', async () => {
    const before = await sources();
    appendFileSync(join(release.folder, 'functions', 'score', 'index.mjs'), '// changed\n');
    writeReleaseSet(release.file, { ...release.bundles, score: bundleDigest(join(release.folder, 'functions', 'score')) });
    const after = await sources();
    expect(Object.keys(before).filter((name) => before[name] !== after[name])).toEqual(['score']);

    rmSync(join(release.folder, 'functions'), { recursive: true });
    writeReleaseSet(release.file, release.bundles, { worker_image: null });
    const back = await recordCommitted('prod', release.file);
    expect(sourcesOf(back)).toEqual(before);
    expect(back.uploads).toEqual([]);
    // A set without an image has no worker.
    expect(ofType(back, 'WorkerPool')).toEqual([]);
  });

  it('of a commit that touched no function changes no function, and says where it is told of which commit they are', async () => {
    const functionsOf = (recording: StackRecording) =>
      ofType(recording, 'Function').map(({ name, inputs }) => ({ name, inputs }));
    const before = await recordCommitted('prod', release.file);
    writeReleaseSet(release.file, release.bundles, { revision: 'e'.repeat(40), lock_file_sha256: 'f'.repeat(64) });
    const after = await recordCommitted('prod', release.file);
    expect(JSON.stringify(functionsOf(after))).toBe(JSON.stringify(functionsOf(before)));
    const told = after.resources.find(({ name }) => name === 'deployed-set')!;
    expect(textAt(told.inputs, 'name')).toBe(DEPLOYED_SET.object);
    const set = releaseSetSchema.parse(JSON.parse(await (told.inputs.source as { readonly text: Promise<string> }).text));
    expect(set).toMatchObject({ revision: 'e'.repeat(40), bundles: release.bundles });
  });

  it('may lie anywhere: bundles are looked for in a folder of their own', async () => {
    const kept = join(release.folder, 'kept', 'release-v1.json');
    mkdirSync(dirname(kept));
    writeReleaseSet(kept, release.bundles);
    const bundlesFolder = { 'livepool:bundlesFolder': join(release.folder, 'functions') };
    const here = await recordCommitted('prod', kept, bundlesFolder);
    expect(here.uploads).toEqual(
      Object.entries(release.bundles)
        .map(([name, digest]) => `example-prod-livepool-source/${name}/${digest}.zip`)
        .toSorted(),
    );

    rmSync(join(release.folder, 'functions'), { recursive: true });
    const back = await recordCommitted('prod', kept, bundlesFolder);
    expect(back.uploads).toEqual([]);
    expect(sourcesOf(back)).toEqual(sourcesOf(here));
  });

  it('is refused when a bundle is another than it says', async () => {
    appendFileSync(join(release.folder, 'functions', 'build', 'index.mjs'), '// changed after the set was written\n');
    await expect(recordCommitted('prod', release.file)).rejects.toThrow(
      /functions.build has digest [0-9a-f]{64}, the release set says/,
    );
  });

  it('is refused when a function was forgotten, and when there is one too many', async () => {
    const { score: _, ...without } = release.bundles;
    writeReleaseSet(release.file, without);
    await expect(recordCommitted('prod', release.file)).rejects.toThrow(/infra\/deployables.ts wants .*score/);
    writeReleaseSet(release.file, { ...release.bundles, extra: 'd'.repeat(64) });
    await expect(recordCommitted('prod', release.file)).rejects.toThrow(/has bundles for .*extra/);
  });

  it('is refused with everything that is wrong with it', async () => {
    writeReleaseSet(release.file, release.bundles, { revision: 'main', worker_image: 'worker:latest' });
    await expect(recordCommitted('prod', release.file)).rejects.toThrow(
      /revision is no commit; worker_image is not pinned by digest/,
    );
  });
});

describe('settings', () => {
  it('that only the owner knows are asked for all at once', async () => {
    const config = { ...stackFile('prod'), 'livepool:releaseSet': release.file };
    await expect(recordStack('prod', config)).rejects.toThrow(
      /pulumi config set gcp:project …\n.*billingAccount …\n.*operatorGroup …\n.*notifyEmail …\n.*ciRepository …\n.*approvers …/,
    );
  });

  it('want a volume scale at the preview where the parameter set has none for the venue, and pass it to collect', async () => {
    const { 'livepool:volumeScale': _, ...without } = ownerSettings('prod');
    const config = {
      ...stackFile('prod'),
      ...without,
      'livepool:releaseSet': release.file,
      'livepool:bundlesFolder': join(release.folder, 'functions'),
    };
    await expect(recordStack('prod', config)).rejects.toThrow(
      /volumes of gate have no scale[\s\S]*pool calibrate[\s\S]*set volumeScale/,
    );
    await expect(recordStack('prod', { ...config, 'livepool:volumeScale': '0.0' })).rejects.toThrow(/a number above 0/);

    const scaleOf = (recording: StackRecording) =>
      textAt(
        ofType(recording, 'Function').find(({ name }) => name === 'function-collect')!.inputs,
        'serviceConfig.environmentVariables.PIPELINE_VOLUME_SCALE',
      );
    expect(scaleOf(await recordCommitted('prod', release.file))).toBe('0.2');
    expect(scaleOf(await recordStack('prod', { ...config, 'livepool:venue': 'binance' }))).toBe('');
  });

  it('of two stacks differ where they must', () => {
    const [dev, prod] = [stackFile('dev'), stackFile('prod')];
    expect(Object.keys(dev).toSorted()).toEqual(Object.keys(prod).toSorted());
    expect([dev['livepool:environment'], prod['livepool:environment']]).toEqual(['dev', 'prod']);
    expect(Object.keys({ ...dev, ...prod }).filter((key) => key in ownerSettings('dev'))).toEqual([]);
  });

  it('with a second version of the signing key sign with it and trust all', async () => {
    const recording = await recordCommitted('prod', release.file, {
      'livepool:signingKeyVersions': '2',
      'livepool:formerKeys': FORMER_KEY,
    });
    const env = ofType(recording, 'Function').find(({ name }) => name === 'function-publish')!.inputs;
    expect(textAt(env, 'serviceConfig.environmentVariables.PIPELINE_SIGNING_KEY')).toMatch(/cryptoKeyVersions\/2$/);
    expect(textAt(env, 'serviceConfig.environmentVariables.PIPELINE_TRUSTED_KEYS').split(',')).toEqual([
      expect.any(String),
      expect.any(String),
      FORMER_KEY,
    ]);
  });
});
