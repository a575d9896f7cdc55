/** Frames timed together: shorter than the time slice of a busy machine. */
const FRAMES_A_CHUNK = 50;

/**
 * Time of a run over many frames, each chunk of them at its shortest over all rounds. Whoever else works on the machine lengthens
 * some chunks of some rounds, hardly the same chunk in every one.
 */
export class ShortestTimes {
  readonly #best: Float64Array;
  readonly #frames: number;

  constructor(frames: number) {
    this.#frames = frames;
    this.#best = new Float64Array(Math.ceil(frames / FRAMES_A_CHUNK)).fill(Number.POSITIVE_INFINITY);
  }

  /** One round: `work` for each frame in order. */
  round(work: (index: number) => void): void {
    for (let chunk = 0, index = 0; index < this.#frames; chunk++) {
      const end = Math.min(this.#frames, index + FRAMES_A_CHUNK);
      const start = process.hrtime.bigint();
      for (; index < end; index++) work(index);
      const us = Number(process.hrtime.bigint() - start) / 1000;
      if (us < this.#best[chunk]!) this.#best[chunk] = us;
    }
  }

  /** Microseconds a frame. */
  get perFrameUs(): number {
    return this.#best.reduce((sum, us) => sum + us, 0) / this.#frames;
  }
}
