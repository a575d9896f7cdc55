/** What a request asks for, in the words of the API's method names. */
export type Operation =
  | 'insert'
  | 'resumable.start'
  | 'resumable.chunk'
  | 'get'
  | 'download'
  | 'list'
  | 'patch'
  | 'delete'
  | 'rewrite'
  | 'copy'
  | 'bucket';

/**
 * What goes wrong. `status`: refused before anything happened · `cut_before`, `cut_after`: the connection ends before or after the
 * effect · `status_after`: the effect happens, the answer says it did not · `delayed`: the connection ends now, the effect comes
 * with `release()` or after `afterRequests` further requests · `damage_request`, `damage_answer`: one bit of the media flips on
 * its way · `truncate_answer`: half of the body, then the end of the connection · `stall`, `stall_after`: no answer ever, without and
 * with the effect.
 */
export type FaultKind =
  | { readonly kind: 'status' | 'status_after'; readonly status: number }
  | { readonly kind: 'delayed'; readonly afterRequests?: number }
  | {
      readonly kind:
        | 'cut_before'
        | 'cut_after'
        | 'damage_request'
        | 'damage_answer'
        | 'truncate_answer'
        | 'stall'
        | 'stall_after';
    };

export type Fault = FaultKind & {
  /** Which requests it hits; default every operation on every name. */
  readonly on?: Operation;
  readonly name?: string;
  /** Matching requests to let through first, default 0, and to hit after that, default 1. */
  readonly skip?: number;
  readonly times?: number;
};

/** The faults of a server, taken in the order in which they were planned. */
export class FaultPlan {
  #planned: { readonly fault: Fault; skip: number; left: number }[] = [];

  add(...faults: readonly Fault[]): void {
    for (const fault of faults) this.#planned.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#planned = [];
  }

  /** The fault for this request, if any; using it up. */
  take(operation: Operation, name: string | undefined): Fault | undefined {
    for (const entry of this.#planned) {
      const { fault } = entry;
      const isHit = (fault.on ?? operation) === operation && (fault.name ?? name) === name && entry.left > 0;
      if (!isHit) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.left -= 1;
      return fault;
    }
    return undefined;
  }
}
