import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SecretManagerStore, secretManagerStore } from '#shared/adapters/gcp/secret-store.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { type SecretManagerStandIn, startSecretManager } from '../../emulators/secrets-server.ts';
import { SECRETS_UNDER_TEST, secretStoreLaws } from '../../laws/secret-store.ts';
import { realClock } from './real-clock.ts';

let standIn: SecretManagerStandIn;
let store: SecretManagerStore;

beforeAll(async () => {
  standIn = await startSecretManager(SECRETS_UNDER_TEST);
  const timing = { clock: realClock(), random: repeatableRandom('jitter'), limits: { firstPauseMs: 1 } };
  store = secretManagerStore({ projectId: 'p', emulatorHost: standIn.host, ...timing });
});
afterAll(async () => {
  await store.close();
  standIn.stop();
});

secretStoreLaws('secretManagerStore', () => store);

describe('secretManagerStore under faults', () => {
  it('reads again after an unusable answer', async () => {
    standIn.faults.push({ damaged: true }, { code: status.UNKNOWN });
    expect((await store.read('market-data-key', '1')).reveal()).toBe('canary-old');
    expect(standIn.faults).toEqual([]);
  });

  it('says at once when rights are missing', async () => {
    standIn.faults.push({ code: status.PERMISSION_DENIED });
    await expect(store.read('market-data-key')).rejects.toMatchObject({ code: 'STORE_REFUSED', kind: 'terminal' });
  });
});
