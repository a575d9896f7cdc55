import type { ContinuityRecord } from '#shared/contracts/continuity.ts';
import { WORKER_PATHS } from '#shared/contracts/names.ts';
import type { WorkerParams } from '#shared/contracts/worker-params.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { HttpAnswer, HttpHandler, HttpRequest } from '#shared/ports/http-handler.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { CommandAuthority } from '#shared/quant/api/quant-handler.ts';
import { refusal, unknownKeys } from '#shared/quant/api/route-answer.ts';
import { availability, type ProbeHistory, withProbe } from '#shared/supervision/availability.ts';
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

/** Writes how the worker is every minute and whenever its status changes, and probes it from outside its own code. */
export class ContinuityKeeper implements Component {
  readonly name = 'continuity';
  readonly #deps: ContinuityKeeperDeps;
  #probes: ProbeHistory | null = null;
  #latest: ContinuityRecord | null = null;
  #writtenMs: number | null = null;
  #wanted: PromiseWithResolvers<ContinuityRecord> | null = null;

  constructor(deps: ContinuityKeeperDeps) {
    this.#deps = deps;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, store, params } = this.#deps;
    this.#probes ??= (await store.get(WORKER_PATHS.probes)) as ProbeHistory | null;
    const before = await latestContinuity(store);
    this.#tellDrift(before, await this.#deps.acceptedHashes());
    await this.#write(this.#status());
    let probeSlot = -1;
    let prunedMs = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const slot = Math.floor(clock.nowMs() / params.probe_every_ms);
      if (slot !== probeSlot) await this.#probe(signal);
      probeSlot = slot;
      const isDue = clock.nowMs() - (this.#writtenMs ?? 0) >= params.every_ms;
      if (clock.nowMs() - prunedMs >= this.#deps.retention.every_ms) {
        prunedMs = clock.nowMs();
        await this.#prune();
      }
      if (this.#wanted !== null) await this.#probe(signal);
      const isOther = this.#status() !== this.#latest?.status || this.#deps.configHash() !== this.#latest.config_hash;
      if (this.#wanted !== null || isDue || isOther) await this.#write(this.#status());
      await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
    }
    await this.#write('shutdown');
  }

  health(): ComponentFacts {
    return { progressMs: this.#writtenMs, measured: {}, findings: [] };
  }

  /** Share of passed probes, null before the first. */
  get availabilityPct(): string | null {
    return this.#latest?.availability.pct ?? null;
  }

  /** A probe and a record of now. There is one writer of the log, so whoever wants a record asks it. */
  snapshot(): Promise<ContinuityRecord> {
    this.#wanted ??= Promise.withResolvers();
    return this.#wanted.promise;
  }

  /** `GET /api/system/continuity`: the newest record; a signed `POST` writes one. */
  readonly route: HttpHandler = (request) => {
    const { method, path } = request;
    if (path !== '/api/system/continuity') return undefined;
    if (method === 'POST') return this.#written(request);
    if (method !== 'GET') return notAllowed('GET, POST');
    const unknown = unknownKeys(request.query, []);
    if (unknown.length > 0) return refusal(400, `unknown query keys: ${unknown.join(', ')}`, [...unknown]);
    if (this.#latest !== null) return { status: 200, headers: {}, body: this.#latest };
    return { status: 404, headers: {}, body: { error: { message: 'no record was written yet', details: null } } };
  };

  async #written(request: HttpRequest): Promise<HttpAnswer> {
    const allowed = await this.#deps.authority(request);
    if (allowed.ok) return { status: 201, headers: {}, body: await this.snapshot() };
    const { status, message } = allowed.error;
    return { status, headers: {}, body: { error: { message, details: null } } };
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

  async #write(status: ContinuityRecord['status']): Promise<void> {
    const { clock, store } = this.#deps;
    const nowMs = Math.max(clock.nowMs(), (this.#latest?.ts ?? 0) + 1);
    const phase = (await store.get(WORKER_PATHS.phase))?.phase;
    const record = this.#record(nowMs, status, typeof phase === 'string' ? phase : 'unset');
    this.#latest = await appendContinuity(store, record);
    this.#writtenMs = nowMs;
    this.#wanted?.resolve(this.#latest);
    this.#wanted = null;
    const { firstMs, passed } = this.#probes ?? { firstMs: nowMs, passed: [] };
    await store.transaction(async (tx) => tx.set(WORKER_PATHS.probes, { firstMs, passed: [...passed] }));
  }

  /** A store that cannot delete now is asked again an hour later; it costs nothing but room. */
  async #prune(): Promise<void> {
    const { clock, logger, store, retention } = this.#deps;
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
