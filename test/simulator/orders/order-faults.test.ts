import { expect, it } from 'vitest';
import { seededRandom } from '#shared/core/seeded-random.ts';
import type { OrderFaultKind } from '#shared/simulator/faults/live-fault.ts';
import { amountOf } from '#shared/simulator/orders/amount.ts';
import { PrivateClient } from './private-client.ts';

const INTENTS = 1_000;

/** A client that settles the fate of an order by its own id: at most one live order an intent, whatever is lost. */
function settle(client: PrivateClient, id: string, price: string): string | null {
  for (let tries = 0; tries < 4; tries++) {
    const answer = client.order({ price, volume: '0.0002', cl_ord_id: id });
    if (answer !== null) return answer.error[0] ?? 'placed';
    client.pass(20_000);
    const asked = client.call('QueryOrders', { cl_ord_id: id });
    if (asked !== null && asked.error.length === 0) return 'found';
  }
  return null;
}

it.each(['lost_request', 'lost_answer'] as const)(
  '%s leaves at most one live order an intent, and the client finds out which',
  (kind) => {
    const client = new PrivateClient({ symbols: ['BTC'], levels: 20 });
    const random = seededRandom(`faults/${kind}`);
    const fates: Record<string, number> = {};
    for (let intent = 0; intent < INTENTS; intent++) {
      const price = (Number(client.touch.bid) * 0.9).toFixed(client.touch.digits);
      if (random.next() < 0.5) client.simulator.inject({ kind, surface: 'kraken_spot' });
      const fate = settle(client, `intent-${intent}`, price) ?? 'unknown';
      fates[fate] = (fates[fate] ?? 0) + 1;
      const open = client.simulator.orders.desk.orders('paper').filter(({ status }) => status === 'open');
      expect(open.map(({ request }) => request.clientId)).toEqual([`intent-${intent}`]);
      client.simulator.orders.desk.cancelAll('paper');
      client.pass(3_000);
    }
    expect(Object.keys(fates).toSorted()).toEqual(kind === 'lost_answer' ? ['found', 'placed'] : ['placed']);
    const wallet = client.simulator.orders.desk.wallet('paper');
    expect([wallet.held('USD'), wallet.total('USD')]).toEqual([0n, amountOf(100_000, 0)]);
  },
  120_000,
);

it('an answer can be late though the order is in', () => {
  const client = new PrivateClient();
  client.simulator.inject({ kind: 'late_answer', surface: 'kraken_spot', delayMs: 15_000 });
  const { nowMs } = client.simulator;
  const price = (Number(client.touch.bid) * 0.9).toFixed(client.touch.digits);
  expect(client.order({ price })!.error).toEqual([]);
  expect(client.simulator.faultLog.at(-1)).toMatchObject({ kind: 'late_answer', atMs: nowMs });
});

it('reports of fills are doubled, late or missing, while REST stays right', () => {
  const seen = (
    kind: OrderFaultKind | null,
  ): { readonly ids: readonly string[]; readonly sequences: readonly number[]; late: number } => {
    const client = new PrivateClient();
    const { token } = client.call('GetWebSocketsToken')!.result as { token: string };
    const texts: string[] = [];
    const connection = client.simulator.connect('kraken_spot', { send: (text) => texts.push(text), close: () => undefined })!;
    client.simulator.receive(
      connection,
      `{"method":"subscribe","params":{"channel":"executions","token":"${token}"},"req_id":1}`,
    );
    if (kind !== null) client.simulator.inject({ kind, surface: 'kraken_spot' });
    const ask = Number(client.touch.ask);
    expect(client.order({ price: (ask * 1.01).toFixed(client.touch.digits), volume: '0.001' })!.error).toEqual([]);
    const reports = () =>
      texts
        .map((text) => JSON.parse(text) as { channel?: string; sequence: number; data: { exec_type: string; exec_id: string }[] })
        .filter(({ channel }) => channel === 'executions');
    const ids = () => reports().flatMap(({ data }) => data.filter((row) => row.exec_type === 'trade').map((row) => row.exec_id));
    const [atOnce, sequences] = [ids(), reports().map(({ sequence }) => sequence)];
    client.pass(5_000);
    expect((client.call('TradesHistory')!.result as { count: number }).count).toBe(1);
    return { ids: atOnce, sequences, late: ids().length - atOnce.length };
  };
  expect(seen(null)).toMatchObject({ ids: [expect.any(String)], sequences: [1, 2, 3, 4], late: 0 });
  const twice = seen('dup_fill');
  expect([twice.ids.length, new Set(twice.ids).size]).toEqual([2, 1]);
  expect(seen('late_fill')).toMatchObject({ ids: [], late: 1 });
  // The missing number shows that something is missing.
  expect(seen('missed_execution')).toMatchObject({ ids: [], late: 0, sequences: [1, 2, 4] });
});

it('a key that is shared or revoked is refused until it is not', () => {
  const client = new PrivateClient();
  expect(client.call('Balance')!.error).toEqual([]);
  client.simulator.inject({ kind: 'nonce_race', surface: 'kraken_spot' });
  expect(client.call('Balance')!.error).toEqual(['EAPI:Invalid nonce']);
  client.nonce += 20_000;
  expect(client.call('Balance')!.error).toEqual([]);
  client.simulator.inject({ kind: 'key_revoked', surface: 'kraken_spot', durationMs: 5_000 });
  expect(client.call('Balance')!.error).toEqual(['EAPI:Invalid key']);
  client.pass(6_000);
  expect(client.call('Balance')!.error).toEqual([]);
});

it('a storm of calls from two clocks on one key loses nonces, one clock loses none', () => {
  const client = new PrivateClient();
  const ask = (nonce: number): string | undefined => {
    client.nonce = nonce - 1;
    client.pass(4_000);
    return client.call('Balance')!.error[0];
  };
  const start = client.simulator.nowMs;
  const one = Array.from({ length: 200 }, (_, i) => ask(start + i + 1));
  expect(one.filter((error) => error !== undefined)).toEqual([]);
  const two = Array.from({ length: 200 }, (_, i) => ask(start + 1_000 + i + (i % 2 === 0 ? 50 : 0)));
  expect(two).toContain('EAPI:Invalid nonce');
});
