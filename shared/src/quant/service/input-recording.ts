import { zstdCompressSync } from 'node:zlib';
import type { MarketEvent } from '../../contracts/market-events/market-event.ts';
import type { RecordingHead, RecordingLine } from '../../contracts/quant-recording.ts';
import type { QuantRecorder } from '../../ports/quant-recorder.ts';
import { ENGINE_VERSION, type QuantEngine } from '../engine.ts';
import { orderedUniverse, type QuantInstrumentSpec, type QuantUniverse } from '../universe.ts';

/** A file holds an hour. */
const FILE_MS = 3_600_000;

/**
 * Writes down what an engine hears and when it ticks. Every file can be run again by itself: it begins with the engine's memory and
 * the events that had come and were not yet available then.
 */
export class InputRecording {
  readonly #recorder: QuantRecorder;
  readonly #engine: QuantEngine;
  readonly #universe: QuantUniverse;
  readonly #engineKey: string;
  #fileHour = -1;
  /** Events that the engine keeps until their time has come. */
  #waiting: MarketEvent[] = [];

  constructor(recorder: QuantRecorder, engine: QuantEngine, universe: QuantUniverse, engineKey: string) {
    this.#recorder = recorder;
    this.#engine = engine;
    this.#universe = universe;
    this.#engineKey = engineKey;
  }

  /** Begins with the engine as it is; `state` null for a new one. */
  begin(nowMs: number, state: Float64Array | null, commitId: string): void {
    this.#fileHour = Math.floor(nowMs / FILE_MS);
    this.#recorder.begin(nowMs, JSON.stringify(this.#head(state, commitId)));
  }

  event(event: MarketEvent): void {
    this.#write({ t: 'event', event });
    if (event.available_at > this.#engine.lastTickTs) this.#waiting.push(event);
  }

  /** The engine has just ticked and heard nothing since; `state` is its memory. */
  tick(tickTs: number, commitId: string, state: Float64Array): void {
    this.#write({ t: 'tick', tick_ts: tickTs, commit_id: commitId });
    this.#waiting = this.#waiting.filter((event) => event.available_at > tickTs);
    if (Math.floor(tickTs / FILE_MS) === this.#fileHour) return;
    this.begin(tickTs, state, commitId);
    for (const event of this.#waiting) this.#write({ t: 'early', event });
  }

  #write(line: RecordingLine): void {
    this.#recorder.line(JSON.stringify(line));
  }

  #head(state: Float64Array | null, commitId: string): RecordingHead {
    const { symbols, stablecoins } = orderedUniverse(this.#universe);
    return {
      t: 'head',
      schema: 'quant_recording/1',
      engine_key: this.#engineKey,
      engine_version: ENGINE_VERSION,
      params: this.#engine.params,
      symbols: symbols.map(({ symbol, instruments }) => ({ symbol, instruments: instruments.map(termsOf) })),
      stablecoins: stablecoins.map(termsOf),
      state:
        state === null
          ? null
          : zstdCompressSync(new Uint8Array(state.buffer, state.byteOffset, state.byteLength)).toString('base64'),
      commit_id: commitId,
    };
  }
}

function termsOf({ id, kind, settle, contract_size, expiry }: QuantInstrumentSpec): QuantInstrumentSpec {
  return { id, kind, settle, contract_size, expiry };
}
