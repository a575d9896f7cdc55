import { PubSub } from '@google-cloud/pubsub';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emulatorAuth } from '#shared/adapters/gcp/emulator-auth.ts';
import { openBus, openOrderedBus } from '#shared/adapters/gcp/open-bus.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { REGIME_SUBSCRIPTION, SIGNAL_TOPICS } from '#shared/contracts/names.ts';
import { regimeState } from '#shared/signals/regime/regime-state.ts';
import { regimesBySubscription } from '../../../functions/worker/regime-source.ts';
import { realClock } from '../../adapters/gcp/real-clock.ts';
import { freshProject, requestEmulator } from '../../emulators/request-emulator.ts';
import { snapshotOf } from '../../signals/regime/sample-snapshot.ts';

const emulator = await requestEmulator('pubsub');
const quiet = { info: () => undefined, notice: () => undefined, warn: () => undefined, error: () => undefined };

describe.skipIf(emulator.isAbsent)(`the worker's subscription to regimes${emulator.note}`, () => {
  it('carries the state of a snapshot as the signal function announces it, and gives back what was not kept', async () => {
    const projectId = freshProject();
    const client = new PubSub({ projectId, apiEndpoint: emulator.host, emulatorMode: true, auth: await emulatorAuth() });
    const [topic] = await client.createTopic(SIGNAL_TOPICS.regime);
    await topic.createSubscription(REGIME_SUBSCRIPTION, { ackDeadlineSeconds: 10 });
    const place = { PIPELINE_PROJECT: projectId, PIPELINE_PUBSUB_HOST: emulator.host };
    const timing = { clock: realClock(), random: repeatableRandom('jitter') };
    const bus = openBus(place, timing);
    onTestFinished(() => Promise.all([client.close(), bus.close()]).then(() => undefined));
    const snapshot = snapshotOf('2026-11-01T08:00:00Z', { regime: 'highvol' });
    const { boundary, regime, valid_until } = snapshot;
    const state = regimeState(snapshot);
    const where = `regime/${boundary}`;
    const data = { run_key: 'k', trace: 't', boundary, snapshot: where, regime, valid_until, state: JSON.stringify(state) };
    await bus.publish({ topic: SIGNAL_TOPICS.regime, data });
    const source = regimesBySubscription({ logger: quiet, open: () => openOrderedBus(place, timing, 10) }, REGIME_SUBSCRIPTION);
    const abort = new AbortController();
    let tries = 0;
    const kept: unknown[] = [];
    const running = source.run(async (heard) => {
      tries += 1;
      if (tries === 1) throw new Error('the store is away');
      kept.push(heard);
      abort.abort();
    }, abort.signal);
    await running;
    expect([kept, tries]).toEqual([[state], 2]);
  });
});
