import { describe, expect, it } from 'vitest';
import { FRAME_FAULT_KINDS, type FrameFaultKind, type TimedFault } from '#shared/simulator/faults/live-fault.ts';
import type { LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import { subscribeAll, type TappedFrame, TappedStream } from './tapped-stream.ts';

const SURFACES = ['kraken_spot', 'kraken_futures', 'gate_futures'] as const;

/** Half a minute of one venue's streams of ETH. */
function listen(surface: LiveSurface, faults: readonly TimedFault[]): { frames: readonly TappedFrame[]; sim: LiveSimulator } {
  const sim = new LiveSimulator({ seed: '11', symbols: ['ETH'], levels: 60, faults });
  const stream = new TappedStream(sim, surface);
  subscribeAll(stream, surface, 'ETH');
  sim.advanceTo(sim.nowMs + 30_000);
  return { frames: stream.frames, sim };
}

/** Index of the first frame in which two streams differ. */
function firstDifference(a: readonly TappedFrame[], b: readonly TappedFrame[]): number {
  return a.findIndex(({ text }, index) => text !== b[index]?.text);
}

const HONEST = Object.fromEntries(SURFACES.map((surface) => [surface, listen(surface, []).frames]));

/** Kinds that can be found on a surface: only Kraken spot sends checksums. */
function kindsOf(surface: LiveSurface): readonly FrameFaultKind[] {
  return FRAME_FAULT_KINDS.filter((kind) => surface === 'kraken_spot' || kind !== 'bad_checksum');
}

describe.each(SURFACES)('a fault of one book message of %s', (surface) => {
  it.each(kindsOf(surface))('%s changes exactly what the log says', (kind) => {
    const { frames, sim } = listen(surface, [{ atMs: 12_000, fault: { kind, surface } }]);
    const honest = HONEST[surface]!;
    const at = firstDifference(honest, frames);
    // Of a repeated message the copy is what differs: it stands where the next one would.
    const hit = honest[kind === 'dup' ? at - 1 : at]!;
    expect(sim.faultLog).toHaveLength(1);
    expect(sim.faultLog[0]).toMatchObject({ kind, surface, phase: 'hit', connection: 1, atMs: hit.atMs });
    expect(hit.atMs).toBeGreaterThanOrEqual(sim.market.startMs + 12_000);
    const texts = frames.map(({ text }) => text);
    const rest = honest.slice(at + 1).map(({ text }) => text);
    switch (kind) {
      case 'gap':
        expect(sim.faultLog[0]?.sequence).toBe(hit.about?.sequence);
        expect(texts.slice(at)).toEqual(rest);
        break;
      case 'dup':
        expect([texts[at], sim.faultLog[0]?.sequence]).toEqual([hit.text, hit.about?.sequence]);
        expect(texts.slice(at + 1)).toEqual(honest.slice(at).map(({ text }) => text));
        break;
      case 'reorder': {
        const place = texts.indexOf(hit.text);
        expect(place).toBeGreaterThan(at);
        expect(frames[place - 1]?.about).toMatchObject({ channel: 'book', symbol: hit.about?.symbol });
        expect(texts.toSpliced(place, 1)).toEqual(honest.toSpliced(at, 1).map(({ text }) => text));
        break;
      }
      case 'bad_checksum':
      case 'corrupt_digit':
      case 'corrupt_syntax':
        expect(texts.slice(at + 1)).toEqual(rest);
        expect(damage(hit.text, texts[at]!)).toBe(kind);
    }
  });

  it('waits no longer than it is told to, and says that it met nobody', () => {
    const sim = new LiveSimulator({ seed: '11', symbols: ['ETH'], levels: 60 });
    sim.inject({ kind: 'gap', surface, durationMs: 2_000 });
    expect(sim.desk.pending).toHaveLength(1);
    sim.advanceTo(sim.nowMs + 3_000);
    expect(sim.desk.pending).toEqual([]);
    expect(sim.faultLog.map(({ kind, phase }) => [kind, phase])).toEqual([['gap', 'missed']]);
  });
});

/** What was done to a message, judged from its two texts. */
function damage(before: string, after: string): FrameFaultKind | 'nothing' {
  if (before.startsWith(after) && after.length < before.length) return 'corrupt_syntax';
  const checksum = /"checksum":\d+/;
  if (before.replace(checksum, '') === after.replace(checksum, '')) return before === after ? 'nothing' : 'bad_checksum';
  const differing = Array.from(before).filter((letter, index) => letter !== after[index]).length;
  JSON.parse(after);
  return differing === 1 && before.length === after.length ? 'corrupt_digit' : 'nothing';
}
