import { describe, expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryQuantStore } from '#shared/adapters/memory/quant-store.ts';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { type RecordingLine, recordingLineSchema } from '#shared/contracts/quant-recording.ts';
import { seededRandom } from '#shared/core/seeded-random.ts';
import { type ReplayResult, replayRecording } from '#shared/quant/replay/replay-recording.ts';
import { START, TICK, TickerWorld } from '../service/ticker-world.ts';
import { event } from '../support/events.ts';
import { PERP_ID, randomSession, SPOT_ID } from '../support/random-session.ts';

const MIN = 60_000;

/** A recorder that keeps its files in memory. */
function memoryRecorder() {
  const files: string[][] = [];
  const recorder = {
    begin: (_atMs: number, line: string) => void files.push([line]),
    line: (text: string) => void files.at(-1)!.push(text),
  };
  return { files, recorder };
}

/** What a worker recorded in so many minutes, and the hash that it committed last. */
async function recorded(minutes: number) {
  const { files, recorder } = memoryRecorder();
  const world = new TickerWorld(undefined, { recorder }).feedSession('recorded', minutes);
  await world.pass(minutes * MIN + 1, 7_000);
  const committed = (await world.store.committed())!;
  await world.stop();
  return { files, commitId: committed.commitId };
}

function run(lines: Iterable<string>, untilTs?: number): ReplayResult & { readonly text: string } {
  const parts: string[] = [];
  const result = replayRecording({
    lines,
    onRows: (text) => void parts.push(text),
    ...(untilTs === undefined ? {} : { untilTs }),
  });
  return { ...result, text: parts.join('') };
}

function eventLine(fields: MarketEvent): string {
  return JSON.stringify({ t: 'event', event: fields } satisfies RecordingLine);
}

describe('a recorded hour (quant spec §6, §14.5)', () => {
  it('gives the same bytes and the same rolling hash again, those that the worker committed', { timeout: 60_000 }, async () => {
    const { files, commitId } = await recorded(62);
    expect(files).toHaveLength(3);
    const [before = [], hour = [], rest = []] = files;
    for (const line of [...hour.slice(0, 200), ...rest.slice(0, 200)]) recordingLineSchema.parse(JSON.parse(line));
    expect(run(before)).toMatchObject({ differsAt: null, ticks: 1, lastTickTs: START });
    const first = run(hour);
    const second = run(hour);
    expect(second).toEqual(first);
    expect(first).toMatchObject({ differsAt: null, ticks: 240, firstTickTs: START + TICK, lastTickTs: START + 60 * MIN });
    const next = run(rest);
    expect(next).toMatchObject({ differsAt: null, ticks: 8, rollingHash: commitId });
    expect(rest.some((line) => line.startsWith('{"t":"early"'))).toBe(true);
  });

  it('does not change when rows of the future are put in anywhere', async () => {
    const { files } = await recorded(12);
    const lines = files[1]!;
    const plain = run(lines);
    const random = seededRandom('future rows');
    const future = START + 13 * MIN;
    const disturbed = lines.flatMap((line, index) => {
      if (index === 0 || random.nextInt(10) > 0) return [line];
      const at = { ts_event: future - random.nextInt(20 * MIN), available_at: future + random.nextInt(MIN) };
      const trade = { unit: 'base', trade_id: `f${index}`, price: 1, qty: 1e6, side: 'buy' } as const;
      const depth = { unit: 'quote' as const, best_bid: 9, best_ask: 1, bands: [] };
      const interest = { unit: 'usd', amount: 1e12, sides: 1, mark_price: 1 } as const;
      const rows = [
        event('trade', SPOT_ID, at, trade),
        event('book_depth', SPOT_ID, at, depth),
        event('open_interest', PERP_ID, at, interest),
      ];
      return [line, ...rows.map(eventLine)];
    });
    expect(disturbed.length).toBeGreaterThan(lines.length + 100);
    const { events: _, ...result } = run(disturbed);
    const { events: __, ...expected } = plain;
    expect(result).toEqual(expected);
  });

  it('ends one tick earlier with the same rows but those of that tick', async () => {
    const { files } = await recorded(6);
    const whole = run(files[1]!);
    const shorter = run(files[1]!, whole.lastTickTs! - TICK);
    expect(shorter.ticks).toBe(whole.ticks - 1);
    expect(whole.text.startsWith(shorter.text)).toBe(true);
    const more = whole.text.slice(shorter.text.length).trim().split('\n');
    expect(more.map((line) => (JSON.parse(line) as { tick_ts: number }).tick_ts)).toEqual(more.map(() => whole.lastTickTs));
  });

  it('goes on from a restored engine', async () => {
    const { files, recorder } = memoryRecorder();
    const store = memoryQuantStore();
    const clock = manualClock(START - 1);
    const events = randomSession('again', START, 8);
    const first = new TickerWorld(store, {}, clock).feed(events);
    await first.pass(4 * MIN);
    await first.stop();
    const second = new TickerWorld(store, { recorder }, clock).feed(events.filter(({ ts_recv: at }) => at > clock.nowMs()));
    await second.pass(3 * MIN);
    await second.stop();
    expect(run(files[0]!)).toMatchObject({ differsAt: null, rollingHash: (await store.committed())!.commitId });
  });

  it('says where it differs, and stops where lines were lost', async () => {
    const { files } = await recorded(4);
    const lines = files[1]!;
    const at = lines.findIndex(
      (line) => line.includes('"book_top"') && line.includes(SPOT_ID) && line.includes(String(START).slice(0, 8)),
    );
    const changed = lines.map((line, index) => (index >= at ? line.replace(/"bid":\d+/, '"bid":1') : line));
    expect(run(changed).differsAt).not.toBeNull();
    const gap = Math.floor(lines.length / 2);
    const cut = run([...lines.slice(0, gap), '{"t":"gap","lost":3}', ...lines.slice(gap)]);
    expect(cut).toMatchObject({ differsAt: null, lostLines: 3 });
    expect(cut.ticks).toBeLessThan(17);
    const refused = (wrong: readonly string[]) => () => run(wrong);
    for (const wrong of [[], lines.slice(1), ['no JSON'], [lines[0]!, lines[0]!], [lines[0]!, '{"t":"event"}']]) {
      expect(refused(wrong)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    }
  });
});
