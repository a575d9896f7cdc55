/** A chunk of frames is about as long for everybody: shorter than the time slice of a busy machine. */
const CHUNK_US = 500;

/**
 * Time of a run over many frames, each chunk of them at its shortest over all rounds. Whoever else works on the machine lengthens
 * some chunks of some rounds, hardly the same chunk in every one; chunks that last equally long are hit equally often.
 */
export class ShortestTimes {
  readonly #best: Float64Array;
  readonly #frames: number;
  readonly #chunk: number;

  /** `frameUs` is what a frame takes at first sight. */
  constructor(frames: number, frameUs: number) {
    this.#frames = frames;
    this.#chunk = Math.max(1, Math.min(frames, Math.round(CHUNK_US / frameUs)));
    this.#best = new Float64Array(Math.ceil(frames / this.#chunk)).fill(Number.POSITIVE_INFINITY);
  }

  /** One round: `work` for each frame in order. */
  round(work: (index: number) => void): void {
    for (let chunk = 0, index = 0; index < this.#frames; chunk++) {
      const end = Math.min(this.#frames, index + this.#chunk);
      const us = timeUs(work, index, end);
      if (us < this.#best[chunk]!) this.#best[chunk] = us;
      index = end;
    }
  }

  /** Microseconds a frame. */
  get perFrameUs(): number {
    return this.#best.reduce((sum, us) => sum + us, 0) / this.#frames;
  }
}

/** Microseconds for the frames from `from` to before `end`. */
export function timeUs(work: (index: number) => void, from: number, end: number): number {
  const start = process.hrtime.bigint();
  for (let index = from; index < end; index++) work(index);
  return Number(process.hrtime.bigint() - start) / 1000;
}
