import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alertMessageSchema } from '#shared/contracts/alert-message.ts';
import { COLD_FOLDERS, JOBS, OBJECT_PREFIX, RELEASE_FOLDERS } from '#shared/contracts/names.ts';
import { regimeMessageSchema } from '#shared/contracts/regime-snapshot.ts';
import { publishedMessageSchema, stageMessageSchema } from '#shared/contracts/stage-message.ts';
import {
  currentObject,
  evidenceObject,
  heartbeatObject,
  logObject,
  rawObject,
  releaseLayout,
  releaseObject,
  stagingObject,
} from '#shared/release/layout.ts';
import { FUNCTIONS } from '../../infra/deployables.ts';
import { DEPLOYER_PERMISSIONS } from '../../infra/iam/deployer-permissions.ts';
import { GRANTS } from '../../infra/iam/grants.ts';
import { ROOT } from '../architecture/source-tree.ts';
import { REPOSITORY_FUNCTIONS } from './function-schemas.ts';

describe('the table of functions', () => {
  it('has every function of the repository, and no other (a new one is a row in infra/deployables.ts)', () => {
    expect(FUNCTIONS.map(({ name }) => name).toSorted()).toEqual(REPOSITORY_FUNCTIONS.toSorted());
  });

  it('names an entry point that each function registers', () => {
    const silent = FUNCTIONS.filter(({ name }) => !read(`functions/${name}/main.ts`).includes(`'${name}'`));
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('names as topic the one that the handler listens to', () => {
    const topics = Object.fromEntries(FUNCTIONS.map(({ name, topic }) => [name, topic]));
    expect(topics).toMatchObject({
      score: 'pool-collected',
      build: 'pool-scored',
      publish: 'pool-built',
      shadow: 'pool-published',
    });
    expect(topics.collect ?? topics.rollback).toBeUndefined();
  });
});

describe('the calendar', () => {
  it('gives the daily refresh the time for all its tries before the monthly run begins', () => {
    const collect = FUNCTIONS.find(({ name }) => name === 'collect')!;
    const [monthly, daily] = [JOBS.poolMonthly, JOBS.collectDaily].map((name) =>
      minuteOfDay(collect.jobs?.find((job) => job.name === name)?.cron),
    );
    const allTriesS = 4 * (collect.timeoutS + 30) + 30 + 60 + 120;
    expect(daily! + allTriesS / 60).toBeLessThan(monthly! - 30);
  });
});

describe('the schemas of messages', () => {
  it.each([
    ['stage-message', stageMessageSchema],
    ['published-message', publishedMessageSchema],
    ['regime-message', regimeMessageSchema],
    ['alert-message', alertMessageSchema],
  ])('%s has the fields of the contract, all texts', (name, contract) => {
    const avro = JSON.parse(read(`infra/schemas/${name}.avsc.json`)) as { fields: { name: string; type: string }[] };
    expect(avro.fields.map((field) => field.name)).toEqual(Object.keys(contract.shape));
    expect(new Set(avro.fields.map(({ type }) => type))).toEqual(new Set(['string']));
  });
});

describe('managed folders', () => {
  it('hold every object of the layout', () => {
    const layout = releaseLayout();
    const objects = [
      releaseObject(layout, 'v', 'live_pool.json'),
      currentObject(layout, 'live_pool.json'),
      evidenceObject(layout, 'v', 'explain.json'),
      logObject(layout, 1),
      heartbeatObject(layout, 'v'),
      stagingObject(layout, 'r', 'live_pool.json'),
      rawObject(layout, 'r', 'x'),
    ];
    const folders = RELEASE_FOLDERS.map((folder) => `${OBJECT_PREFIX}/${folder}/`);
    expect(objects.filter((name) => !folders.some((folder) => name.startsWith(folder)))).toEqual([]);
  });

  it('hold everything that the archive of candles writes', () => {
    const code = ['cold/candle-archive.ts', 'pipeline/stored-calibration.ts'].map((file) => read(`shared/src/${file}`)).join();
    const written = [...code.matchAll(/`([a-z]+)\/\$\{/g)].map(([, folder = '']) => folder);
    expect(new Set(written).size).toBeGreaterThan(2);
    expect(written.filter((folder) => !(COLD_FOLDERS as readonly string[]).includes(folder))).toEqual([]);
  });
});

describe('who approves a turnover', () => {
  it('is sent only to folders that operators may view', () => {
    const row = /^\| `APPROVAL_REQUIRED` .*$/m.exec(read('docs/operations/run-states.md'))?.[0] ?? '';
    const shown = RELEASE_FOLDERS.filter((folder) => row.replace('no right to `staging/`', '').includes(`${folder}/`));
    const viewed = GRANTS.filter(([identity, , role]) => identity === 'ops' && role === 'livepoolObjectViewer').map(
      ([, on]) => on,
    );
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter((folder) => !viewed.includes(`folder release/${folder}`))).toEqual([]);
    expect(viewed).not.toContain('folder release/staging');
  });
});

describe('the deployer', () => {
  it('touches no data', () => {
    const data =
      /objects\.|entities\.|versions\.access|useTo(Sign|Decrypt|Encrypt)|topics\.publish|subscriptions\.consume|messages\.|\.invoke$|getAccessToken|getOpenIdToken|signBlob|signJwt|actAs|serviceAccountKeys/;
    expect(DEPLOYER_PERMISSIONS.filter((permission) => data.test(permission))).toEqual([]);
  });

  it('deletes no store of data, key or secret', () => {
    const kept = /^(storage\.buckets|datastore\.databases|cloudkms\.\w+|secretmanager\.\w+|logging\.buckets)\.(delete|destroy)$/;
    expect(DEPLOYER_PERMISSIONS.filter((permission) => kept.test(permission))).toEqual([]);
  });
});

describe('the folder infra', () => {
  it('takes only names from the library', () => {
    const files = readdirSync(join(ROOT, 'infra'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
      .map((entry) => join(entry.parentPath, entry.name));
    const imported = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/from '((?:\.\.\/)+(?:shared|functions|scripts|test)\/[^']+)'/g)].map(
        ([, target = '']) => target,
      ),
    );
    expect(files.length).toBeGreaterThan(20);
    expect(imported.filter((target) => !target.endsWith('shared/src/contracts/names.ts'))).toEqual([]);
  });

  it('has the pages that it sends people to', () => {
    const pages = ['how-to/deploy', 'operations/stack-outputs', 'operations/iam', 'operations/runbooks', 'operations/cost'];
    expect(pages.filter((page) => !existsSync(join(ROOT, 'docs', `${page}.md`)))).toEqual([]);
  });
});

/** Minutes after midnight of a job that runs once a day. */
function minuteOfDay(cron = ''): number {
  const [minute, hour] = cron.split(' ').map(Number);
  return hour! * 60 + minute!;
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
