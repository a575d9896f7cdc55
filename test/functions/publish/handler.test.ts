import { expect, it } from 'vitest';
import { LivepoolError } from '#shared/core/errors.ts';
import type { BusMessage } from '#shared/ports/event-bus.ts';
import { handlePublish } from '../../../functions/publish/handler.ts';
import { runTimeMs, SEPTEMBER } from '../../pipeline/small-market.ts';
import { DEPLOYED, stageLab } from '../../pipeline/stage-lab.ts';
import { depsOver, restlessClock } from '../../release/support/release-lab.ts';
import { contextOf, postOf } from '../run-context.ts';

/** `publish` over a built run; the first `lost` announcements fail. */
async function publishFunction(lost: number, kind: 'transient' | 'terminal') {
  const lab = stageLab();
  for (const stage of ['collect', 'score', 'build'] as const) await lab.run(stage);
  const { objects, documents, runs, layout } = lab;
  const sent: BusMessage[] = [];
  let failures = 0;
  const bus = {
    publish: async (message: BusMessage) => {
      if (failures++ < lost) throw new LivepoolError('STORE_UNAVAILABLE', kind, 'the topic does not answer');
      sent.push(message);
    },
  };
  const release = depsOver({ objects, documents }, { clock: restlessClock(runTimeMs(SEPTEMBER) + 60_000) });
  const handle = handlePublish(
    { objects, runs, layout, bus, openRelease: async () => ({ ...release, runs, bus, layout }) },
    { params: lab.loaded, bundleSha256: DEPLOYED.bundles.publish! },
  );
  const data = Buffer.from(JSON.stringify(lab.lastMessage('publish'))).toString('base64');
  const push = (context = contextOf('push@example.com')) =>
    handle(postOf({ message: { data, messageId: '1' }, subscription: 'projects/p/subscriptions/publish' }), context);
  return { lab, sent, push };
}

it('an announced release is done, and its second delivery a duplicate', async () => {
  const { sent, push } = await publishFunction(0, 'transient');
  expect(await push()).toMatchObject({ kind: 'done', fields: { act: 'COMMITTED', publish_seq: 1 } });
  expect(await push()).toMatchObject({ kind: 'duplicate' });
  expect(sent.map(({ topic }) => topic)).toEqual(['pool-published', 'pool-published']);
});

it.each(['transient', 'terminal'] as const)(
  'a release whose announcement is lost (%s) asks for the delivery until it is out, and is published once',
  async (kind) => {
    const { lab, sent, push } = await publishFunction(2, kind);
    const context = contextOf('push@example.com');
    expect(await push(context)).toMatchObject({ kind: 'not_ready', refusal: { code: 'STORE_UNAVAILABLE' } });
    expect(context.events).toEqual(['publish.warning']);
    const published = await lab.state();
    expect(published.log.length).toBe(1);
    expect(await push()).toMatchObject({ kind: 'not_ready' });
    expect(sent).toEqual([]);
    expect(await push()).toMatchObject({ kind: 'duplicate', fields: { publish_seq: 1 } });
    expect(sent).toMatchObject([{ topic: 'pool-published', data: { publish_seq: '1', action: 'publish' } }]);
    expect(await lab.state()).toEqual(published);
  },
);
