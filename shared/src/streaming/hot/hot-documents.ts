import { type HotDocument, hotDocumentSchema } from '../../contracts/hot-document.ts';
import { WORKER_PATHS } from '../../contracts/names.ts';
import type { Bar, MicroSample } from '../../contracts/stream-payloads.ts';
import type { WorkerParams } from '../../contracts/worker-params.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Component, ComponentFacts } from '../../supervision/component.ts';
import { orAborted } from '../../supervision/or-aborted.ts';
import type { ClosedBar } from '../compose/bar-builder.ts';
import type { SampledBook } from '../compose/micro-sampler.ts';
import { streamName } from '../instrument-source.ts';

export interface HotDocumentsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly documents: DocumentStore;
  /** Number of the lease that this process holds, null without one: then it writes nothing (data platform spec §7). */
  readonly leaseEpoch: () => number | null;
}

export interface HotDocumentsOptions {
  readonly params: WorkerParams['hot'];
  /** Books in the order of their importance: the first ones have a document. */
  readonly instruments: readonly string[];
}

interface HotBook {
  sample: MicroSample | null;
  writtenTs: number;
  bars: readonly Bar[];
}

/**
 * Writes the newest sample and the last closed bars of the most important books, at most once every `every_ms` and only what is newer
 * than what is there. A store that is away costs these writes alone: the next ones say more than those that were missed.
 */
export class HotDocuments implements Component {
  readonly name = 'hot_documents';
  readonly #deps: HotDocumentsDeps;
  readonly #params: WorkerParams['hot'];
  readonly #books: ReadonlyMap<string, HotBook>;
  #written = 0;
  #failures = 0;
  #isFailing = false;
  #progressMs: number | null = null;

  constructor(deps: HotDocumentsDeps, { params, instruments }: HotDocumentsOptions) {
    this.#deps = deps;
    this.#params = params;
    this.#books = new Map(
      instruments.slice(0, params.most_books).map((instrument) => [instrument, { sample: null, writtenTs: -1, bars: [] }]),
    );
  }

  onSample({ instrument, sample }: SampledBook): void {
    const book = this.#books.get(instrument);
    if (book !== undefined) book.sample = sample;
  }

  onBar({ instrument, bar }: ClosedBar): void {
    const book = this.#books.get(instrument);
    if (book !== undefined) book.bars = [...book.bars, bar].slice(-this.#params.bars);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.clock.sleep(this.#params.every_ms, signal).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await orAborted(this.#write(), signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  health(): ComponentFacts {
    const measured = { documents: this.#books.size, written_total: this.#written, failed_writes_total: this.#failures };
    return { progressMs: this.#progressMs, measured, findings: [] };
  }

  async #write(): Promise<void> {
    const { clock, logger, documents, leaseEpoch } = this.#deps;
    const epoch = leaseEpoch();
    const due = epoch === null ? [] : this.#due(epoch);
    if (due.length === 0) return;
    try {
      this.#written += await writeNewer(documents, due);
      this.#isFailing = false;
      this.#progressMs = clock.nowMs();
      for (const { instrument, ts } of due) this.#books.get(instrument)!.writtenTs = ts;
    } catch (error) {
      if (!(error instanceof LivepoolError) || error.kind !== 'transient') throw error;
      this.#failures += 1;
      if (!this.#isFailing) logger.warn('hot.write_failed', { code: error.code, message: error.message });
      this.#isFailing = true;
    }
  }

  #due(epoch: number): readonly HotDocument[] {
    return [...this.#books].flatMap(([instrument, { sample, writtenTs, bars }]) => {
      if (sample === null || sample.ts <= writtenTs) return [];
      const { source: venue, symbol } = streamName(instrument);
      return [
        checked({ schema: 'hot/1', venue, symbol, instrument, ts: sample.ts, sample, bars: [...bars], lease_epoch: epoch }),
      ];
    });
  }
}

/** Nothing leaves that its readers would refuse (data platform spec §8). */
function checked(document: HotDocument): HotDocument {
  const parsed = hotDocumentSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new LivepoolError('INVARIANT', 'bug', `hot document of ${document.instrument}: ${problems.join('; ')}`, { problems });
}

/** Writes those that are newer than what is there, all in one transaction; how many that were. */
async function writeNewer(documents: DocumentStore, found: readonly HotDocument[]): Promise<number> {
  return documents.transaction(async (tx) => {
    const paths = found.map(({ venue, symbol }) => WORKER_PATHS.hot(venue, symbol));
    const known = await Promise.all(paths.map((path) => tx.get(path)));
    const newer = found.flatMap((document, place) => {
      const before = known[place]?.ts;
      return typeof before === 'number' && before >= document.ts ? [] : [{ path: paths[place]!, document }];
    });
    for (const { path, document } of newer) tx.set(path, document);
    return newer.length;
  });
}
