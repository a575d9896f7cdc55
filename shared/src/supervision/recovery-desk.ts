import { z } from 'zod';
import { WORKER_PATHS } from '../contracts/names.ts';
import type { RecoverableName, RecoveryRequest, RecoveryStepName } from '../contracts/recovery.ts';
import type { WorkerParams } from '../contracts/worker-params.ts';
import { ok, type Refusal, type Result } from '../core/result.ts';
import type { Clock } from '../ports/clock.ts';
import type { DocumentStore, DocumentTransaction } from '../ports/document-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import { admitRecovery, componentsOf, type PastRecovery } from './admit-recovery.ts';
import type { RecoveryLog } from './recovery-log.ts';

/** How one component is brought back. None of it may place, change or cancel an order. */
export interface RecoveryTarget {
  /** What is done, in order. */
  readonly steps: readonly (readonly [
    name: 'drain' | 'stop' | 'reconnect' | 'resnapshot',
    act: (venue: string | null) => Promise<void>,
  ])[];
  /** Whether it has shown, since then, that it works. */
  readonly isFresh: (sinceMs: number, venue: string | null) => boolean;
}

export interface RecoveryDeskDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly store: DocumentStore;
  readonly log: RecoveryLog;
  readonly params: WorkerParams['recovery'];
  readonly targets: Readonly<Partial<Record<RecoverableName, RecoveryTarget>>>;
  /** Told of every step, after it was logged. */
  readonly onStep: (step: ToldStep) => void;
}

/** One step of a recovery, as it is told. */
export interface ToldStep {
  readonly id: string;
  readonly component: RecoverableName;
  readonly venue: string | null;
  readonly step: RecoveryStepName;
  readonly detail: string;
}

/** Who asks for what, and the nonce that must not be used again; the watchdog has none. */
export interface RecoveryWish {
  readonly request: RecoveryRequest;
  readonly by: string;
  readonly nonce: string | null;
}

const HOUR_MS = 3_600_000;
const LOOK_EVERY_MS = 250;

/**
 * Recovers components on request (quant spec §9.2): drain, stop, reconnect, books anew, and proof by fresh data; each step logged
 * before the next. People and the watchdog come to the same desk.
 */
export class RecoveryDesk {
  readonly #deps: RecoveryDeskDeps;
  #past: { component: RecoverableName; startedMs: number; endedMs: number | null }[] = [];
  #underWay: Promise<void> = Promise.resolve();
  /** What a person was told to look at, until it is recovered again. */
  readonly #escalated = new Map<RecoveryRequest['component'], string>();

  constructor(deps: RecoveryDeskDeps) {
    this.#deps = deps;
  }

  /** Recoveries of the last hour. */
  get past(): readonly PastRecovery[] {
    return this.#past;
  }

  /**
   * Begins a recovery and answers its id; the same key within an hour gives the same one. COMMAND_REPLAYED for a used nonce, the
   * codes of `admitRecovery` where it may not begin. A store that does not answer throws: nothing begins then.
   */
  async request(wish: RecoveryWish): Promise<Result<{ readonly recoveryId: string }, Refusal>> {
    const { clock, random, store, params, targets } = this.#deps;
    const nowMs = clock.nowMs();
    const components = componentsOf(wish.request).filter((name) => targets[name] !== undefined);
    if (components.length === 0) return refusal('RECOVERY_UNKNOWN', `${wish.request.component} does not run here`);
    const fresh = `r-${random.hex(8)}`;
    const noted = await store.transaction((tx) => noteWish(tx, wish, fresh, nowMs));
    if (!noted.ok) return noted;
    if (noted.value !== fresh) return ok({ recoveryId: noted.value });
    this.#past = this.#past.filter(({ startedMs, endedMs }) => endedMs === null || startedMs > nowMs - HOUR_MS);
    const admitted = admitRecovery(params, this.#past, components, nowMs);
    if (!admitted.ok) {
      await store.transaction(async (tx) => tx.delete(WORKER_PATHS.recovery(wish.request.idempotency_key)));
      if (admitted.error.code === 'RECOVERY_TOO_OFTEN') this.#escalate(wish.request.component, admitted.error.message);
      return admitted;
    }
    this.#escalated.delete(wish.request.component);
    this.#underWay = Promise.all([this.#underWay, this.#recoverAll(fresh, components, wish)]).then(() => undefined);
    return ok({ recoveryId: fresh });
  }

  /** Once: the watchdog asks every other minute. */
  #escalate(component: RecoveryRequest['component'], message: string): void {
    if (this.#escalated.get(component) === message) return;
    this.#escalated.set(component, message);
    this.#deps.logger.error('recovery.escalated', { message });
  }

  /** Something is being recovered right now. */
  get isBusy(): boolean {
    return this.#past.some(({ endedMs }) => endedMs === null);
  }

  /** Resolves when nothing is being recovered. */
  settled(): Promise<void> {
    return this.#underWay;
  }

  async #recoverAll(id: string, components: readonly RecoverableName[], wish: RecoveryWish): Promise<void> {
    const { clock } = this.#deps;
    const runs = components.map((component) => ({ component, startedMs: clock.nowMs(), endedMs: null as number | null }));
    this.#past.push(...runs);
    for (const run of runs) {
      run.startedMs = clock.nowMs();
      await this.#recover(id, run.component, wish);
      run.endedMs = clock.nowMs();
    }
  }

  async #recover(id: string, component: RecoverableName, { request, by }: RecoveryWish): Promise<void> {
    const { clock, targets, params } = this.#deps;
    const venue = request.venue ?? null;
    const target = targets[component]!;
    const tell = (step: RecoveryStepName, detail = ''): Promise<void> => this.#tell({ id, component, venue, step, detail });
    await tell('requested', `${by}: ${request.reason}`);
    try {
      for (const [step, act] of target.steps) {
        await tell(step);
        await act(venue);
      }
      const sinceMs = clock.nowMs();
      await tell('verify');
      const isBack = await this.#sees(() => target.isFresh(sinceMs, venue), params.verify_ms);
      await tell(isBack ? 'recovered' : 'failed', isBack ? '' : `no fresh data within ${params.verify_ms / 1000} s`);
    } catch (error) {
      await tell('failed', error instanceof Error ? error.message : String(error));
    }
  }

  async #sees(isTrue: () => boolean, withinMs: number): Promise<boolean> {
    const { clock } = this.#deps;
    for (const endMs = clock.nowMs() + withinMs; clock.nowMs() < endMs; ) {
      if (isTrue()) return true;
      await clock.sleep(LOOK_EVERY_MS);
    }
    return isTrue();
  }

  /** A log that cannot be written must not keep a component from being recovered; the line is in the process log then. */
  async #tell(step: ToldStep): Promise<void> {
    const { clock, logger, log } = this.#deps;
    logger[step.step === 'failed' ? 'error' : 'notice']('recovery.step', { ...step });
    try {
      await log.append({ ts: clock.nowMs(), ...step });
    } catch (error) {
      logger.error('recovery.log_failed', { id: step.id, step: step.step, message: String(error) });
    }
    this.#deps.onStep(step);
  }
}

const notedSchema = z.object({ id: z.string(), at: z.number() });

/** One transaction: a nonce counts once, and a key names one recovery for an hour. */
async function noteWish(
  tx: DocumentTransaction,
  { request, by, nonce }: RecoveryWish,
  fresh: string,
  nowMs: number,
): Promise<Result<string, Refusal>> {
  const path = WORKER_PATHS.recovery(request.idempotency_key);
  const used = nonce === null ? null : await tx.get(WORKER_PATHS.command(nonce));
  const known = await tx.get(path);
  if (used !== null) return refusal('COMMAND_REPLAYED', 'this command was used already; sign it anew');
  if (nonce !== null) tx.create(WORKER_PATHS.command(nonce), { by, used_at: nowMs });
  const earlier = notedSchema.safeParse(known);
  if (earlier.success && nowMs - earlier.data.at < HOUR_MS) return ok(earlier.data.id);
  tx.set(path, { id: fresh, component: request.component, by, at: nowMs });
  return ok(fresh);
}

function refusal(code: string, message: string): { readonly ok: false; readonly error: Refusal } {
  return { ok: false, error: { code, message } };
}
