import { type QuarantineFlag, quarantineFlagSchema } from '../../contracts/data-quality.ts';
import type { HealthFinding } from '../../contracts/health-finding.ts';
import { QUARANTINE_COLLECTION, WORKER_PATHS } from '../../contracts/names.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { QualityPair } from '../../market/live-quality/finding.ts';
import type { LiveQuality } from '../../market/live-quality/live-quality.ts';
import type { HeldPair } from '../../market/live-quality/pair-quarantine.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Component, ComponentFacts } from '../../supervision/component.ts';

export interface QualityKeeperDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: Pick<DocumentStore, 'list' | 'transaction'>;
  readonly quality: LiveQuality;
  /** Names this process among all there ever were. */
  readonly instanceId: string;
  /** Flags of pairs that nobody follows any more are left alone: no record would ever release them. */
  readonly isFollowed: (pair: QualityPair) => boolean;
  /** This process is the one that may write; a standby judges for itself. */
  readonly isLeader: () => boolean;
}

const STEP_MS = 500;

/** After a store did not take a flag. */
const PAUSE_MS = 5_000;

/**
 * Keeps in documents which pairs are not believed, so that a new process goes on with what an earlier one held, and everybody can
 * look it up (data platform spec §8). What it could not write it writes once the store answers.
 */
export class QualityKeeper implements Component {
  readonly name = 'quality_keeper';
  readonly #deps: QualityKeeperDeps;
  /** What the documents say, by pair; null before they were read. */
  #written: Map<string, HeldPair> | null = null;
  #wasLeader = false;
  /** Since when pairs were held that were taken over from documents. */
  readonly #restored = new Map<string, number>();
  /** What was logged last, by pair. */
  #told = new Map<string, HeldPair>();
  #writes = 0;
  #failures = 0;
  #isBehind = false;
  #progressMs: number | null = null;

  constructor(deps: QualityKeeperDeps) {
    this.#deps = deps;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (!signal.aborted) {
      await this.#step();
      await clock.sleep(this.#isBehind ? PAUSE_MS : STEP_MS, signal).catch(() => undefined);
    }
    await this.#step();
  }

  health(): ComponentFacts {
    const findings: HealthFinding[] = [];
    const { held } = this.#deps.quality.pairs;
    if (held.length > 0) findings.push({ area: 'feed', level: 'degraded', reason: 'pairs_quarantined' });
    if (this.#isBehind) findings.push({ area: 'store', level: 'degraded', reason: 'quarantine_flags_unavailable' });
    const measured = { quarantined_pairs: held.length, writes_total: this.#writes, failed_writes_total: this.#failures };
    return { progressMs: this.#progressMs, measured, findings };
  }

  async #step(): Promise<void> {
    this.#tell();
    try {
      const isLeader = this.#deps.isLeader();
      // Another process may have written since: what is there now counts.
      if (isLeader && !this.#wasLeader) this.#written = null;
      const written = this.#written ?? (await this.#restore());
      this.#wasLeader = isLeader;
      if (isLeader) await this.#write(written);
      this.#isBehind = false;
      this.#progressMs = this.#deps.clock.nowMs();
    } catch (error) {
      if (!(error instanceof LivepoolError) || error.kind === 'bug') throw error;
      this.#failures += 1;
      if (!this.#isBehind) this.#deps.logger.warn('quality.flags_unwritten', { code: error.code, message: error.message });
      this.#isBehind = true;
    }
  }

  /**
   * What documents say; a flag that cannot be read is left alone until its pair changes. One that was taken over before is not again:
   * whether its pair has passed since then is known here.
   */
  async #restore(): Promise<Map<string, HeldPair>> {
    const entries = await this.#deps.store.list(QUARANTINE_COLLECTION);
    const flags = entries.flatMap(({ data }) => quarantineFlagSchema.safeParse(data).data ?? []);
    const held = flags
      .filter(({ state }) => state === 'quarantined')
      .map(({ venue: source, symbol, since: sinceMs, tables, checks }) => ({ source, symbol, sinceMs, tables, checks }))
      .filter(this.#deps.isFollowed);
    const isNew = ([key, { sinceMs }]: readonly [string, HeldPair]): boolean => this.#restored.get(key) !== sinceMs;
    const found = byPair(held);
    this.#deps.quality.restore([...found].filter(isNew).map(([, pair]) => pair));
    for (const [key, { sinceMs }] of found) this.#restored.set(key, sinceMs);
    this.#written = found;
    return found;
  }

  async #write(written: Map<string, HeldPair>): Promise<void> {
    const held = byPair(this.#deps.quality.pairs.held);
    for (const [key, pair] of held) {
      if (isSame(written.get(key), pair)) continue;
      await this.#writeFlag(pair, pair);
      written.set(key, pair);
    }
    for (const [key, pair] of written) {
      if (held.has(key)) continue;
      await this.#writeFlag(pair, null);
      written.delete(key);
    }
  }

  async #writeFlag({ source, symbol }: QualityPair, held: HeldPair | null): Promise<void> {
    const { store, clock, instanceId } = this.#deps;
    const path = WORKER_PATHS.quarantine(source, symbol);
    await store.transaction(async (tx) => {
      const before = quarantineFlagSchema.safeParse(await tx.get(path)).data;
      const nowMs = clock.nowMs();
      const flag = flagOf({ venue: source, symbol, updated_at: nowMs, instance_id: instanceId }, before, held, nowMs);
      tx.set(path, flag);
    });
    this.#writes += 1;
  }

  #tell(): void {
    const { quality, logger } = this.#deps;
    const held = byPair(quality.pairs.held);
    for (const [key, { source, symbol, tables, checks }] of held) {
      const facts = { venue: source, symbol, tables: tables.join(','), checks: checks.join(',') };
      if (!this.#told.has(key)) logger.warn('quality.quarantined', facts);
    }
    for (const [key, { source, symbol }] of this.#told) {
      if (!held.has(key)) logger.notice('quality.released', { venue: source, symbol });
    }
    this.#told = held;
  }
}

/** The flag of a pair after what was before it: a repeated write, and another table of a pair that is held, count nothing. */
function flagOf(
  names: Pick<QuarantineFlag, 'venue' | 'symbol' | 'updated_at' | 'instance_id'>,
  before: QuarantineFlag | undefined,
  held: HeldPair | null,
  nowMs: number,
): QuarantineFlag {
  const total = before?.quarantined_total ?? 0;
  const wasHeld = before?.state === 'quarantined';
  const common = { schema: 'quarantine_flag.v1', ...names } as const;
  if (held === null) {
    const since = wasHeld ? nowMs : (before?.since ?? nowMs);
    return { ...common, state: 'released', tables: [], checks: before?.checks ?? [], since, quarantined_total: total };
  }
  const { tables, checks, sinceMs: since } = held;
  const counted = wasHeld ? total : total + 1;
  return { ...common, state: 'quarantined', tables: [...tables], checks: [...checks], since, quarantined_total: counted };
}

function byPair(held: readonly HeldPair[]): Map<string, HeldPair> {
  return new Map(held.map((pair) => [`${pair.source} ${pair.symbol}`, pair]));
}

function isSame(one: HeldPair | undefined, other: HeldPair): boolean {
  return one !== undefined && one.sinceMs === other.sinceMs && one.tables.join() === other.tables.join();
}
