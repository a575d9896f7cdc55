import { expect, it } from 'vitest';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import { type DataQualityMessage, dataQualitySchema } from '#shared/contracts/data-quality.ts';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { barSchema } from '#shared/contracts/stream-payloads.ts';
import { fromUtf8 } from '#shared/core/text-bytes.ts';
import { LiveQuality } from '#shared/market/live-quality/live-quality.ts';
import type { TimedFault } from '#shared/simulator/faults/live-fault.ts';
import type { LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import type { ScenarioName } from '#shared/simulator/scenarios.ts';
import { envelopeRows } from '#shared/streaming/cold/envelope-rows.ts';
import { EnvelopeComposer, type Outgoing } from '#shared/streaming/compose/envelope-composer.ts';
import { LiveJudge } from '#shared/streaming/compose/live-judge.ts';
import { memoryLine } from '../../soak/memory-line.ts';
import { StormWorld } from '../../soak/storm-world.ts';

const SURFACES = ['kraken_spot', 'kraken_futures', 'gate_futures'] as const;
const MINUTE_MS = 60_000;
const blake3 = await openBlake3();

interface Weather {
  readonly scenario: ScenarioName;
  readonly faults?: readonly TimedFault[];
  readonly surfaces?: readonly LiveSurface[];
  readonly minutes: number;
}

/** The product's feeds on the simulator, in memory and on its clock, through the composer with its judge. */
async function marketUnder({ scenario, faults = [], surfaces = SURFACES, minutes }: Weather) {
  const simulator = new LiveSimulator({ seed: 'quality', scenario, symbols: ['BTC'], levels: 20, faults });
  const line = memoryLine(simulator, { opened: () => undefined, spoke: () => undefined, consumed: () => undefined });
  const quality = new LiveQuality({ venues: new Set(['kraken', 'krakenfutures', 'gate']) });
  const specs = new Map<string, StormWorld['feeds']['instruments'][number]>();
  const judge = new LiveJudge(quality);
  const composer = new EnvelopeComposer({ blake3, contractOf: (id) => specs.get(id), region: 'local', leaseEpoch: 0, judge });
  const composed: Outgoing[] = [];
  const sink = (event: MarketEvent): void => composer.push(event);
  const world = await StormWorld.open(simulator, line, { bases: ['BTC'], surfaces, seed: 'quality' }, sink);
  for (const spec of world.feeds.instruments) specs.set(spec.id, spec);
  const endMs = simulator.nowMs + minutes * MINUTE_MS;
  while (simulator.nowMs < endMs) {
    await line.clock.passUntil(simulator.nowMs + 500);
    composed.push(...composer.due(simulator.nowMs));
  }
  const stopping = world.stop();
  await line.clock.passUntil(simulator.nowMs + 5_000);
  await stopping;
  await line.close();
  const messages = composed
    .filter(({ topic }) => topic === 'data-quality')
    .map(({ envelope }) => ({ envelope, message: dataQualitySchema.parse(JSON.parse(fromUtf8(envelope.payload)!)) }));
  const bars = composed.filter(({ envelope }) => envelope.attributes.type === 'bar');
  return { quality, composed, messages, bars };
}

function changes(messages: readonly { readonly message: DataQualityMessage }[]): readonly string[] {
  return messages.flatMap(({ message }) => (message.kind === 'quarantine' ? [message.state] : []));
}

it('finds nothing to fail in calm', async () => {
  const { quality, composed, bars, messages } = await marketUnder({ scenario: 'calm', minutes: 3 });
  expect(bars.length).toBe(3);
  expect([...quality.counters.errors]).toEqual([]);
  expect([...quality.counters.quarantined]).toEqual([]);
  expect(messages).toEqual([]);
  for (const { envelope } of bars) expect(barSchema.parse(JSON.parse(fromUtf8(envelope.payload)!)).quality).toBeUndefined();
  const rejected = composed
    .flatMap(({ envelope }) => envelopeRows(envelope))
    .filter(({ schema }) => schema.table === 'quarantine');
  // Forced orders of a venue that does not vouch for them.
  expect(rejected.filter(({ row }) => row.table !== 'liquidation')).toEqual([]);
}, 60_000);

it('quarantines a venue whose clock runs ahead, keeps what it said, and believes it again', async () => {
  const skew = { kind: 'clock_skew', surface: 'kraken_spot', skewMs: 15_000, durationMs: MINUTE_MS } as const;
  const { quality, composed, messages, bars } = await marketUnder({
    scenario: 'calm',
    faults: [{ atMs: MINUTE_MS, fault: skew }],
    surfaces: ['kraken_spot'],
    minutes: 5,
  });
  expect(changes(messages)).toEqual(['quarantined', 'released']);
  const [change] = messages.filter(({ message }) => message.kind === 'quarantine');
  expect([change!.envelope.source, change!.envelope.symbol]).toEqual(['kraken', 'BTC-USD']);
  expect(quality.counters.errors.get('clock_drift')).toBeGreaterThan(50);
  expect(quality.pairs.held).toEqual([]);

  const rows = composed.flatMap(({ envelope }) => envelopeRows(envelope));
  const kept = rows.filter(({ schema, row }) => schema.table === 'quarantine' && row.table === 'trades').length;
  expect(kept).toBeGreaterThan(50);
  const [from, to] = messages.filter(({ message }) => message.kind === 'quarantine').map(({ message }) => message.ts);
  const live = bars
    .filter(({ envelope }) => envelope.source === 'kraken')
    .map(({ envelope }) => Number(envelope.tsNs / 1_000_000n));
  expect(live.filter((ts) => ts > from! && ts < to!)).toEqual([]);
  expect(live.some((ts) => ts > to!)).toBe(true);
}, 60_000);
