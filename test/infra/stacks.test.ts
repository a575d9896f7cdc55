import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StackRecording } from '../../infra/recording/record-stack.ts';
import { ROOT, readSources } from '../architecture/source-tree.ts';
import { delivery } from './checks/delivery.ts';
import { callers, environments } from './checks/environments.ts';
import { exposure } from './checks/exposure.ts';
import { rightsAgainst, rolesAgainst } from './checks/grants.ts';
import { loggedEvents, panels, runbooks } from './checks/monitoring.ts';
import { codeTopics, names } from './checks/names.ts';
import { protection } from './checks/protection.ts';
import type { Check } from './checks/recorded.ts';
import { functionLimits, schedules } from './checks/schedules.ts';
import { wiring } from './checks/wiring.ts';
import { identities, secretValues, worker, workerEnvironment } from './checks/worker.ts';
import { functionSchemas, workerSchema } from './function-schemas.ts';
import { functionWires } from './function-wires.ts';
import { type ReleaseFolder, recordCommitted, releaseFolder, STACKS } from './recorded-stacks.ts';

const iamPage = readFileSync(join(ROOT, 'docs/operations/iam.md'), 'utf8');
const runbookPage = readFileSync(join(ROOT, 'docs/operations/runbooks.md'), 'utf8');
const outputsPage = readFileSync(join(ROOT, 'docs/operations/stack-outputs.md'), 'utf8');
const edgeCode = readSources('functions')
  .map(({ text }) => text)
  .join('\n');

/** Everything that must hold for a stack, in words. */
const CHECKS: readonly (readonly [string, Check])[] = [
  ['names every resource by rule', names],
  ['declares every topic of the code', codeTopics],
  ['gives exactly the rights of docs/operations/iam.md', rightsAgainst(iamPage)],
  ['has the roles of docs/operations/iam.md', rolesAgainst(iamPage)],
  ['gives functions rights on what their wiring opens, and on nothing else', wiring(functionWires)],
  ['is open to nobody', exposure],
  ['delivers every message with an identity, and loses none', delivery],
  ['waits for its functions', schedules],
  ['bounds its functions', functionLimits],
  ['gives every function the environment that its schema wants', environments(functionSchemas)],
  ['lists the callers that it gives the right to call', callers],
  ['protects what cannot be made again', protection],
  ['runs everything as somebody', identities],
  ['never sees the value of a secret', secretValues],
  ['keeps one watched worker', worker],
  ['gives the worker the environment that its schema wants', workerEnvironment(workerSchema)],
  ['shows and declares every metric', panels],
  ['links a runbook from every alert', runbooks(runbookPage)],
  ['counts events that are written', loggedEvents(edgeCode)],
];

describe.each(STACKS)('stack %s', (stack) => {
  let release: ReleaseFolder;
  let recording: StackRecording;
  beforeAll(async () => {
    release = releaseFolder();
    recording = await recordCommitted(stack, release.file);
  });
  afterAll(() => release.remove());

  it.each(CHECKS)('%s', (_what, check) => {
    expect(recording.resources.length).toBeGreaterThan(200);
    expect(check(recording)).toEqual([]);
  });

  it('documents every output', () => {
    const documented = [...outputsPage.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name);
    expect(documented.toSorted()).toEqual(Object.keys(recording.outputs).toSorted());
    expect(Object.values(recording.outputs).every((value) => typeof value === 'string' && value !== '')).toBe(true);
  });
});
