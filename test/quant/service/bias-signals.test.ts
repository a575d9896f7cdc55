import { describe, expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryQuantStore } from '#shared/adapters/memory/quant-store.ts';
import type { BiasLabel, QuantSummaryRow } from '#shared/contracts/quant-rows.ts';
import { type QuantSignal, quantSignalSchema } from '#shared/contracts/quant-signal.ts';
import type { QuantCommit, QuantStore } from '#shared/ports/quant-store.ts';
import { biasSignals, labelsInForce, labelsOf } from '#shared/quant/service/bias-signals.ts';
import { PARAMS } from '../support/events.ts';
import { START, TICK, TickerWorld } from './ticker-world.ts';

function row(symbol: string, timeframe: string, bias: BiasLabel): QuantSummaryRow {
  const own = { symbol, timeframe, bias, tick_ts: START, revision: 0, confluence_score: 0.4, coverage: 0.75 };
  return own as unknown as QuantSummaryRow;
}

/** A store that remembers its commits. */
function watched(): { store: QuantStore; commits: QuantCommit[] } {
  const inner = memoryQuantStore();
  const commits: QuantCommit[] = [];
  const commit: QuantStore['commit'] = (token, each) => {
    commits.push(each);
    return inner.commit(token, each);
  };
  return { store: { ...inner, commit }, commits };
}

describe('signals of a changed bias (quant spec §4.2, §7)', () => {
  it('fire for each row whose label changed, and for a first label that is not neutral', () => {
    const before = [row('BTC-USD', '1m', 'long'), row('BTC-USD', '5m', 'neutral')];
    const now = [row('BTC-USD', '1m', 'neutral'), row('BTC-USD', '5m', 'neutral')];
    const [signal, ...none] = biasSignals(now, labelsOf(before));
    expect(none).toEqual([]);
    expect(quantSignalSchema.parse(signal)).toMatchObject({
      id: `bias:BTC-USD:1m@${START}`,
      from: 'long',
      to: 'neutral',
      score: 0.4,
      coverage: 0.75,
      evidence: `${START}/BTC-USD/1m/0`,
    });
    expect(biasSignals(now, labelsOf(now))).toEqual([]);
    const told = labelsInForce([signal!]);
    expect(biasSignals(before, told).map(({ from, to, timeframe }) => [from, to, timeframe])).toEqual([
      ['neutral', 'long', '1m'],
    ]);
    expect(biasSignals([row('ETH-USD', '1m', 'unknown')], told)).toHaveLength(1);
  });

  it('are committed with the tick that shows them, one after the other across restarts and other engines', async () => {
    const { store, commits } = watched();
    const clock = manualClock(START - 1);
    const first = new TickerWorld(store, {}, clock).feedSession('signals', 3);
    await first.pass(2 * 60_000);
    await first.stop();
    const again = new TickerWorld(store, {}, clock);
    await again.pass(20 * TICK);
    await again.stop();
    const other = { ...PARAMS, bias: { ...PARAMS.bias, unknown_after_nulls: 9 } };
    const third = new TickerWorld(store, { params: other }, clock);
    await third.pass(20 * TICK);
    await third.stop();
    const all = commits.flatMap(({ signals }) => signals);
    expect(all.length).toBeGreaterThan(PARAMS.timeframes.length);
    for (const timeframe of PARAMS.timeframes) {
      const own = all.filter((signal) => signal.timeframe === timeframe);
      const labels: QuantSignal['from'][] = ['neutral', ...own.map(({ to }) => to)];
      expect(own.map(({ from }) => from)).toEqual(labels.slice(0, -1));
      for (const { from, to } of own) expect(from).not.toBe(to);
    }
    const shown = (await store.summary()).map(({ timeframe, bias }) => [timeframe, bias]);
    const inForce = new Map((await store.latestSignals()).map(({ timeframe, to }) => [timeframe as string, to]));
    expect(shown).toEqual(PARAMS.timeframes.map((timeframe) => [timeframe, inForce.get(timeframe) ?? 'neutral']));
    for (const { tickTs, signals } of commits) for (const each of signals) expect(each.tick_ts).toBe(tickTs);
  });
});
