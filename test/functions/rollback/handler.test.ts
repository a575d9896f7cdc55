import { generateKeyPairSync, sign } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { LivepoolError } from '#shared/core/errors.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { readRequest } from '#shared/release/act-request.ts';
import { readHead } from '#shared/release/head.ts';
import { holdPublishing } from '#shared/release/hold.ts';
import { publish } from '#shared/release/publish/publish.ts';
import type { Approver } from '#shared/release/signed-approval.ts';
import { approvalMessage } from '#shared/release/signed-approval.ts';
import { handleRollback } from '../../../functions/rollback/handler.ts';
import { copyStores } from '../../release/support/copy-stores.ts';
import {
  depsOver,
  LAB_NOW_MS,
  memoryStores,
  publishInput,
  restlessClock,
  type Stores,
  V1,
  V2,
  V3,
} from '../../release/support/release-lab.ts';
import { contextOf, postOf } from '../run-context.ts';

const OPS = 'sa-ops@p.iam.gserviceaccount.com';
const ADA = 'ada@example.com';
const BOB = 'bob@example.com';

const keys = new Map([BOB, ADA, OPS].map((email) => [email, generateKeyPairSync('ed25519')]));
const approvers: readonly Approver[] = [...keys].map(([email, { publicKey }]) => ({
  email,
  publicKeyDer: publicKey.export({ type: 'spki', format: 'der' }),
}));

const WISH = { request_id: 'r-1', action: 'rollback', target: V1, reason: 'bad data', requested_by: ADA };

interface ApprovalWish {
  readonly by?: string;
  readonly body?: unknown;
  readonly nonce?: string;
  readonly atMs?: number;
}

let nonces = 0;

/** The header of an approval over a body. */
function approve(
  body: unknown,
  { by = BOB, nonce = `nonce-${String(nonces++).padStart(12, '0')}`, atMs = LAB_NOW_MS }: ApprovalWish = {},
) {
  const approval = { approver: by, body_sha256: sha256Hex(JSON.stringify(body)), nonce, ts: new Date(atMs).toISOString() };
  const payload = Buffer.from(JSON.stringify(approval)).toString('base64url');
  const signature = sign(null, approvalMessage(payload), keys.get(by)!.privateKey).toString('base64url');
  return { 'livepool-approval': `${payload}.${signature}` };
}

/** Two releases, the second one current. */
const published = memoryStores();
beforeAll(async () => {
  const deps = depsOver(published);
  for (const version of [V1, V2]) expect((await publish(deps, publishInput(version))).outcome).toBe('COMMITTED');
});

async function rollbackFunction(stores?: Stores) {
  const world = stores ?? (await copyStores(published));
  const clock = restlessClock();
  const handle = handleRollback({
    clock,
    runs: world.documents,
    approvers,
    openRelease: async () => depsOver(world, { clock, policy: { selfApproval: false } }),
  });
  return {
    world,
    clock,
    send: (body: unknown, headers: Readonly<Record<string, string>>, caller = OPS) =>
      handle(postOf(body, headers), contextOf(caller)),
    current: async () => (await readHead(world.documents)).committed_version,
  };
}

describe('a rollback', () => {
  it('that two people want happens once, whoever delivers it again', async () => {
    const { send, current } = await rollbackFunction();
    const headers = approve(WISH);
    const done = { kind: 'done', headers: { 'livepool-version': V1, 'livepool-publish-seq': '3' } };
    expect(await send(WISH, headers)).toMatchObject(done);
    expect(await current()).toBe(V1);
    expect(await send(WISH, headers)).toMatchObject(done);
    expect(await send(WISH, approve(WISH))).toMatchObject(done);
  });

  it('is allowed under a hold, and is undone only by a restore', async () => {
    const { send, current, world, clock } = await rollbackFunction();
    const hold = { untilMs: LAB_NOW_MS + 86_400_000, reason: 'bad data', requestedBy: ADA };
    await holdPublishing(depsOver(world, { clock }), hold);
    expect(await send(WISH, approve(WISH))).toMatchObject({ kind: 'done' });
    const back = { ...WISH, request_id: 'r-2', action: 'restore', target: V2 };
    expect(await send(back, approve(back))).toMatchObject({ kind: 'done', headers: { 'livepool-publish-seq': '4' } });
    expect(await current()).toBe(V2);
  });

  it.each([
    ['to a version that was never sealed', { target: V3 }, 'NOT_SEALED'],
    ['to the current version', { target: V2 }, 'ROLLBACK_TARGET_INVALID'],
  ])('%s is refused and stays refused', async (_what, change, code) => {
    const { send, current } = await rollbackFunction();
    const wish = { ...WISH, ...change };
    expect(await send(wish, approve(wish))).toMatchObject({ kind: 'terminal', refusals: [{ code }] });
    expect(await current()).toBe(V2);
  });

  it('under an id that was used for another wish is refused', async () => {
    const { send } = await rollbackFunction();
    await send(WISH, approve(WISH));
    const other = { ...WISH, reason: 'another reason' };
    expect(await send(other, approve(other))).toMatchObject({ kind: 'terminal', refusals: [{ code: 'RUN_CONFLICT' }] });
  });
});

describe('an approval', () => {
  const ownWish = { ...WISH, requested_by: BOB };
  const serviceWish = { ...WISH, requested_by: OPS };
  it.each<[string, object, () => Readonly<Record<string, string>>]>([
    ['that is missing', WISH, () => ({})],
    ['that is no token', WISH, () => ({ 'livepool-approval': 'yes' })],
    ['of another request', WISH, () => approve({ ...WISH, target: V2 })],
    ['of the one who asks', ownWish, () => approve(ownWish)],
    ['of a service account', WISH, () => approve(WISH, { by: OPS })],
    ['for a service account', serviceWish, () => approve(serviceWish)],
    ['that is 61 s old', WISH, () => approve(WISH, { atMs: LAB_NOW_MS - 61_000 })],
    ['of the future', WISH, () => approve(WISH, { atMs: LAB_NOW_MS + 61_000 })],
    ['that was changed', WISH, () => changed(approve(WISH))],
    ['that names another approver', WISH, () => renamed(approve(WISH))],
  ])('%s lets nothing through', async (_fault, body, headers) => {
    const { send, current } = await rollbackFunction();
    expect(await send(body, headers())).toMatchObject({ kind: 'forbidden', refusal: { code: 'APPROVAL_REQUIRED' } });
    expect(await current()).toBe(V2);
  });

  it('is used once: with the same nonce no other request gets in', async () => {
    const { send } = await rollbackFunction();
    const nonce = 'a-nonce-used-twice';
    expect(await send(WISH, approve(WISH, { nonce }))).toMatchObject({ kind: 'done' });
    const other = { ...WISH, request_id: 'r-9', action: 'restore', target: V2 };
    expect(await send(other, approve(other, { nonce }))).toMatchObject({ kind: 'forbidden' });
  });

  it('that cannot be written down is no approval', async () => {
    const { world } = await rollbackFunction();
    const refuse = async (): Promise<never> => {
      throw new LivepoolError('STORE_UNAVAILABLE', 'transient', 'no answer');
    };
    const deps = { clock: restlessClock(), approvers, openRelease: async () => depsOver(world) };
    const handle = handleRollback({ ...deps, runs: { ...world.documents, transaction: refuse } });
    await expect(handle(postOf(WISH, approve(WISH)), contextOf(OPS))).rejects.toMatchObject({ kind: 'transient' });
    expect((await readHead(world.documents)).committed_version).toBe(V2);
  });
});

describe('consent to a turnover', () => {
  /** A run whose release replaces four of five members: held until a second person agrees. */
  const held = publishInput(V3, { fresh: 4 });
  const consent = { action: 'approve', run_key: held.runKey, target: V3, reason: 'a new market', requested_by: ADA };

  it('lets the held run go on, and is kept', async () => {
    const { send, current, world, clock } = await rollbackFunction();
    const deps = depsOver(world, { clock, policy: { selfApproval: false } });
    expect(await publish(deps, held)).toMatchObject({ outcome: 'REFUSED', refusal: { code: 'APPROVAL_REQUIRED' } });
    expect(await send(consent, approve(consent))).toMatchObject({ kind: 'done' });
    expect(await send(consent, approve(consent))).toMatchObject({ kind: 'done' });
    expect(await readRequest(world.documents, held.runKey)).toMatchObject({ action: 'publish', target: V3, approved_by: BOB });
    expect(await current()).toBe(V2);
  });

  it('is refused for a run that waits for none, and for one that was approved as something else', async () => {
    const { send, world, clock } = await rollbackFunction();
    expect(await send(consent, approve(consent)).catch(codeOf)).toBe('RUN_CONFLICT');
    await publish(depsOver(world, { clock, policy: { selfApproval: false } }), held);
    await send(consent, approve(consent));
    const other = { ...consent, target: V2 };
    expect(await send(other, approve(other)).catch(codeOf)).toBe('RUN_CONFLICT');
  });
});

const codeOf = (error: unknown): string => (error instanceof LivepoolError ? error.code : String(error));

it.each<[string, object]>([
  ['an unknown field', { ...WISH, force: true }],
  ['no reason', { ...WISH, reason: ' ' }],
  ['no version', { ...WISH, target: 'latest' }],
  ['another action', { ...WISH, action: 'publish' }],
  ['an id with a slash', { ...WISH, request_id: 'a/b' }],
])('a request with %s is no request', async (_what, body) => {
  const { send } = await rollbackFunction();
  expect(await send(body, approve(body))).toMatchObject({ kind: 'bad_request' });
});

/** One bit of the signature turned. */
function changed({ 'livepool-approval': token }: { readonly 'livepool-approval': string }) {
  const [payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[3] = bytes[3]! ^ 1;
  return { 'livepool-approval': `${payload}.${bytes.toString('base64url')}` };
}

/** The signature of one approver under the name of another. */
function renamed({ 'livepool-approval': token }: { readonly 'livepool-approval': string }) {
  const [payload = '', signature] = token.split('.');
  const text = Buffer.from(payload, 'base64url').toString().replace(BOB, ADA);
  return { 'livepool-approval': `${Buffer.from(text).toString('base64url')}.${signature}` };
}
