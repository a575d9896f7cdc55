/** What one run of a transaction's body has read so far. */
export interface ReadSet {
  readonly paths: Set<string>;
  /** Another commit of this process wrote one of the paths: the run cannot commit any more. */
  isStale: boolean;
}

/**
 * Commits of one store, one after the other and in the order in which they came, so that they do not meet in the service's lock
 * queue. Runs that an earlier commit has made stale are known here, without asking the service. Between processes the service
 * decides.
 */
export class CommitTurns {
  readonly #open = new Set<ReadSet>();
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `body` with a fresh read set, watched until the body and its `commit` are over. */
  async watch<T>(body: (reads: ReadSet) => Promise<T>): Promise<T> {
    const reads: ReadSet = { paths: new Set(), isStale: false };
    this.#open.add(reads);
    try {
      return await body(reads);
    } finally {
      this.#open.delete(reads);
    }
  }

  /** Runs a commit when all earlier ones are over. */
  inTurn<T>(commit: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(commit, commit);
    this.#last = mine;
    return mine;
  }

  /** Tells that these paths have been written. */
  written(paths: Iterable<string>): void {
    for (const path of paths) for (const reads of this.#open) if (reads.paths.has(path)) reads.isStale = true;
  }
}
