/** A planned action; `cancel` makes it a no-op. */
export interface Planned {
  cancel(): void;
}

interface Task {
  atUs: number;
  order: number;
  readonly run: () => void;
  /** Null for an action that happens once. */
  readonly periodUs: number | null;
  cancelled: boolean;
}

/**
 * What happens when in simulated time (µs since the epoch), earliest first and in the order of planning within one instant, so
 * that one seed gives one history. Owns the simulation's clock.
 */
export class Schedule {
  #nowUs: number;
  #planned = 0;
  readonly #heap: Task[] = [];

  constructor(startUs: number) {
    this.#nowUs = startUs;
  }

  get nowUs(): number {
    return this.#nowUs;
  }

  get nowMs(): number {
    return Math.floor(this.#nowUs / 1000);
  }

  /** Once, `delayUs` from now. */
  after(delayUs: number, run: () => void): Planned {
    return this.#plan(this.#nowUs + Math.max(0, Math.round(delayUs)), null, run);
  }

  /** Every `periodUs`, for the first time `delayUs` from now. */
  every(periodUs: number, delayUs: number, run: () => void): Planned {
    return this.#plan(this.#nowUs + Math.max(0, Math.round(delayUs)), Math.max(1, Math.round(periodUs)), run);
  }

  /** Runs everything that is due until then and moves the clock there; never back. */
  advanceTo(atUs: number): void {
    for (let task = this.#heap[0]; task !== undefined && task.atUs <= atUs; task = this.#heap[0]) {
      this.#take();
      if (task.cancelled) continue;
      this.#nowUs = Math.max(this.#nowUs, task.atUs);
      task.run();
      if (task.periodUs === null || task.cancelled) continue;
      task.atUs += task.periodUs;
      task.order = this.#planned++;
      this.#put(task);
    }
    this.#nowUs = Math.max(this.#nowUs, atUs);
  }

  #plan(atUs: number, periodUs: number | null, run: () => void): Planned {
    const task: Task = { atUs, order: this.#planned++, run, periodUs, cancelled: false };
    this.#put(task);
    return {
      cancel: () => {
        task.cancelled = true;
      },
    };
  }

  #put(task: Task): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(task, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = task;
  }

  /** Removes the root. */
  #take(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);
}
