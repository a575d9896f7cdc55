import type { ContinuityRecord } from '#shared/contracts/continuity.ts';
import type { HealthFinding } from '#shared/contracts/health-finding.ts';
import { WORKER_PATHS } from '#shared/contracts/names.ts';
import type { WorkerParams } from '#shared/contracts/worker-params.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { HttpAnswer, HttpHandler, HttpRequest } from '#shared/ports/http-handler.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { CommandAuthority } from '#shared/quant/api/quant-handler.ts';
import { keyFault } from '#shared/quant/api/route-answer.ts';
import { availability, joinedProbes, type ProbeHistory, withProbe } from '#shared/supervision/availability.ts';
import type { Component, ComponentFacts } from '#shared/supervision/component.ts';
import { appendContinuity, driftOf, latestContinuity, type UnlinkedContinuity } from '#shared/supervision/continuity-log.ts';
import { pruneWorkerLog } from '#shared/supervision/prune-worker-log.ts';
import { notAllowed } from './health-routes.ts';
import type { WorkerIdentity } from './identity.ts';
import type { Observation } from './observer.ts';

export interface ContinuityKeeperDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: DocumentStore;
  readonly params: WorkerParams['continuity'];
  readonly retention: WorkerParams['retention'];
  readonly identity: WorkerIdentity;
  readonly imageDigest: string;
  /** SHA-256 over the configuration without secrets, and over the contracts. */
  readonly configHash: () => string;
  /** Hashes of configurations that operators have put in force while a worker ran. */
  readonly acceptedHashes: () => Promise<ReadonlySet<string>>;
  readonly schemaHash: string;
  readonly observe: () => Observation;
  /** Something is being recovered right now. */
  readonly isRecovering: () => boolean;
  readonly sources: () => ContinuityRecord['sources'];
  /** Asks the worker's own `/health/line` over its socket; true when the verdict is no failure. */
  readonly probe: (signal: AbortSignal) => Promise<boolean>;
  /** Who may ask for a record now. */
  readonly authority: CommandAuthority;
}

/** Names of components in a record (quant spec §10). */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  ws_manager: 'ws',
  rest_collector: 'rest',
  db_writer: 'db',
  quant_engine: 'quant',
};

/** How often it looks whether there is something to write. */
const LOOK_EVERY_MS = 500;

/** After the store did not take a record. */
const PAUSE_MS = 5_000;

/** What a record on demand may take. */
const ANSWER_WITHIN_MS = 10_000;

/**
 * Writes how the worker is every minute and whenever its status changes, and probes it from outside its own code. While the store does
 * not take records the probes go on; the first record after it carries them.
 */
export class ContinuityKeeper implements Component {
  readonly name = 'continuity';
  readonly #deps: ContinuityKeeperDeps;
  #probes: ProbeHistory | null = null;
  #latest: ContinuityRecord | null = null;
  #writtenMs: number | null = null;
  #prunedMs = Number.NEGATIVE_INFINITY;
  #wanted: PromiseWithResolvers<ContinuityRecord> | null = null;
  /** What an earlier process wrote has been read. */
  #isRestored = false;
  /** The store did not do what it was last asked to. */
  #isBehind = false;
  #retryMs = 0;
  #failures = 0;

  constructor(deps: ContinuityKeeperDeps) {
    this.#deps = deps;
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#isRestored = false;
    try {
      await this.#keep(signal);
      await this.#tend('shutdown');
    } finally {
      this.#wanted?.reject(unavailable('nobody writes records now'));
      this.#wanted = null;
    }
  }

  health(): ComponentFacts {
    const findings: HealthFinding[] = this.#isBehind ? [UNWRITTEN] : [];
    return { progressMs: this.#writtenMs, measured: { failed_writes_total: this.#failures }, findings };
  }

  /** Share of passed probes, null before the first. */
  get availabilityPct(): string | null {
    return this.#latest?.availability.pct ?? null;
  }

  /**
   * A probe and a record of now. There is one writer of the log, so whoever wants a record asks it. Rejects with what the store said,
   * and with STORE_UNAVAILABLE when nobody writes for ten seconds.
   */
  async snapshot(): Promise<ContinuityRecord> {
    this.#wanted ??= Promise.withResolvers();
    const answered = new AbortController();
    const late = this.#deps.clock
      .sleep(ANSWER_WITHIN_MS, answered.signal)
      .then(() => Promise.reject(unavailable(`no record was written within ${ANSWER_WITHIN_MS / 1000} s`)));
    late.catch(() => undefined);
    try {
      return await Promise.race([this.#wanted.promise, late]);
    } finally {
      answered.abort();
    }
  }

  /** `GET /api/system/continuity`: the newest record; a signed `POST` writes one. */
  readonly route: HttpHandler = (request) => {
    const { method, path } = request;
    if (path !== '/api/system/continuity') return undefined;
    if (method === 'POST') return this.#written(request);
    if (method !== 'GET') return notAllowed('GET, POST');
    const fault = keyFault(request.query, []);
    if (fault !== undefined) return fault;
    if (this.#latest !== null) return { status: 200, headers: {}, body: this.#latest };
    return { status: 404, headers: {}, body: { error: { message: 'no record was written yet', details: null } } };
  };

  async #written(request: HttpRequest): Promise<HttpAnswer> {
    const allowed = await this.#deps.authority(request);
    if (allowed.ok) return this.#answered();
    const { status, message } = allowed.error;
    return { status, headers: {}, body: { error: { message, details: null } } };
  }

  async #answered(): Promise<HttpAnswer> {
    try {
      return { status: 201, headers: {}, body: await this.snapshot() };
    } catch (error) {
      if (!(error instanceof LivepoolError) || error.kind === 'bug') throw error;
      return { status: 503, headers: {}, body: { error: { message: error.message, details: null } } };
    }
  }

  async #keep(signal: AbortSignal): Promise<void> {
    const { clock, params } = this.#deps;
    let probedSlot = -1;
    while (!signal.aborted) {
      if (this.#wanted !== null) await this.#probe(signal);
      await this.#tend(null);
      const slot = Math.floor(clock.nowMs() / params.probe_every_ms);
      if (slot !== probedSlot) await this.#probe(signal);
      probedSlot = slot;
      await this.#pruneWhenDue();
      await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
    }
  }

  /** Writes a record where one is due, wanted or, at the end, has to be. A store that does not take it is left alone for a while. */
  async #tend(last: 'shutdown' | null): Promise<void> {
    const { clock } = this.#deps;
    const wanted = this.#wanted;
    if (last === null && wanted === null && clock.nowMs() < this.#retryMs) return;
    this.#wanted = null;
    try {
      if (!this.#isRestored) await this.#restore();
      if (last === null && wanted === null && !this.#isDue()) return;
      const record = await this.#write(last ?? this.#status());
      this.#isBehind = false;
      wanted?.resolve(record);
    } catch (error) {
      wanted?.reject(error);
      this.#noteFailure(error);
    }
  }

  #noteFailure(error: unknown): void {
    if (!(error instanceof LivepoolError) || error.kind === 'bug') throw error;
    const { clock, logger } = this.#deps;
    if (!this.#isBehind) logger.warn('continuity.unwritten', { code: error.code, message: error.message });
    this.#isBehind = true;
    this.#failures += 1;
    this.#retryMs = clock.nowMs() + PAUSE_MS;
  }

  #isDue(): boolean {
    const { clock, params, configHash } = this.#deps;
    if (this.#isBehind || this.#latest === null || this.#writtenMs === null) return true;
    const isLate = clock.nowMs() - this.#writtenMs >= params.every_ms;
    return isLate || this.#status() !== this.#latest.status || configHash() !== this.#latest.config_hash;
  }

  /** What an earlier process wrote, and the probes that were made meanwhile. */
  async #restore(): Promise<void> {
    const { store, acceptedHashes } = this.#deps;
    const probes = (await store.get(WORKER_PATHS.probes)) as ProbeHistory | null;
    this.#tellDrift(await latestContinuity(store), await acceptedHashes());
    this.#probes = joinedProbes(probes, this.#probes);
    this.#writtenMs = null;
    this.#isRestored = true;
  }

  #status(): ContinuityRecord['status'] {
    if (this.#deps.isRecovering()) return 'recovering';
    return this.#deps.observe().verdict.status === 'ok' ? 'active' : 'degraded';
  }

  async #probe(signal: AbortSignal): Promise<void> {
    const { clock, params, probe } = this.#deps;
    const rules = { everyMs: params.probe_every_ms, windowH: params.window_h };
    const isPassed = await probe(signal).catch(() => false);
    if (!signal.aborted) this.#probes = withProbe(this.#probes, rules, clock.nowMs(), isPassed);
  }

  async #write(status: ContinuityRecord['status']): Promise<ContinuityRecord> {
    const { clock, store } = this.#deps;
    const nowMs = Math.max(clock.nowMs(), (this.#latest?.ts ?? 0) + 1);
    const phase = (await store.get(WORKER_PATHS.phase))?.phase;
    const record = this.#record(nowMs, status, typeof phase === 'string' ? phase : 'unset');
    const written = await appendContinuity(store, record);
    this.#latest = written;
    this.#writtenMs = nowMs;
    const { firstMs, passed } = this.#probes ?? { firstMs: nowMs, passed: [] };
    await store.transaction(async (tx) => tx.set(WORKER_PATHS.probes, { firstMs, passed: [...passed] }));
    return written;
  }

  /** A store that cannot delete now is asked again an hour later; it costs nothing but room. */
  async #pruneWhenDue(): Promise<void> {
    const { clock, logger, store, retention } = this.#deps;
    if (clock.nowMs() - this.#prunedMs < retention.every_ms) return;
    this.#prunedMs = clock.nowMs();
    try {
      const pruned = await pruneWorkerLog(store, retention, clock.nowMs());
      if (Object.values(pruned).some((count) => count > 0)) logger.info('continuity.pruned', { ...pruned });
    } catch (error) {
      if (!(error instanceof LivepoolError) || error.kind === 'bug') throw error;
      logger.warn('continuity.prune_failed', { code: error.code, message: error.message });
    }
  }

  #record(nowMs: number, status: ContinuityRecord['status'], phase: string): UnlinkedContinuity {
    const { identity, params, observe, sources, imageDigest, configHash, schemaHash } = this.#deps;
    const { components } = observe();
    const leaseEpoch = components.find(({ name }) => name === 'quant_engine')?.facts?.measured.lease_token;
    return {
      ts: nowMs,
      phase,
      build: { version: identity.version, git_sha: identity.sourceRevision, image_digest: imageDigest },
      instance_id: identity.instanceId,
      lease_epoch: leaseEpoch ?? 0,
      status,
      started_at: identity.startedMs,
      uptime_s: Math.max(0, Math.floor((nowMs - identity.startedMs) / 1000)),
      availability: availability(this.#probes, { everyMs: params.probe_every_ms, windowH: params.window_h }, nowMs),
      components: Object.fromEntries(
        components.map(({ name, state, facts }) => {
          const age = facts?.progressMs == null ? null : nowMs - facts.progressMs;
          return [SHORT_NAMES[name] ?? name, { state: state.phase, progress_age_ms: age, ...facts?.measured }];
        }),
      ),
      sources: sources(),
      config_hash: configHash(),
      schema_hash: schemaHash,
    };
  }

  #tellDrift(before: ContinuityRecord | null, accepted: ReadonlySet<string>): void {
    const drift = driftOf(before, this.#record(this.#deps.clock.nowMs(), 'active', 'unset'), accepted);
    if (drift.length > 0) this.#deps.logger.error('continuity.drift', { changed: drift.join(',') });
  }
}

const UNWRITTEN: HealthFinding = { area: 'store', level: 'degraded', reason: 'continuity_unavailable' };

function unavailable(message: string): LivepoolError {
  return new LivepoolError('STORE_UNAVAILABLE', 'transient', message);
}
