import { type HttpServerOptions, startHttpServer } from '#shared/adapters/http/http-server.ts';
import type { ProcessGauge } from '#shared/adapters/system/process-gauge.ts';
import type { WorkerParams } from '#shared/contracts/worker-params.ts';
import type { Verdict } from '#shared/health/verdict.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Logger } from '#shared/ports/logger.ts';
import { type ExitReason, exitReason } from '#shared/supervision/exit-rule.ts';
import type { SupervisedFacts, Supervisor } from '#shared/supervision/supervisor.ts';
import type { WorkerIdentity } from './identity.ts';
import type { Observation, Observer } from './observer.ts';

export interface WorkerParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly params: WorkerParams;
  readonly identity: WorkerIdentity;
  readonly supervisor: Supervisor;
  readonly observer: Observer;
  readonly gauge: ProcessGauge;
  readonly http: HttpServerOptions;
  /** Told where the worker answers, once it does. */
  readonly onListening: (url: string) => void;
  /** What the exit rule needs to know of the engine's store. */
  readonly storeUnreachableMs: (nowMs: number) => number;
  /** Told how the worker is, every ten seconds and when that changes. */
  readonly tell: (seen: Observation) => void;
  /** Begins what nobody asked for: a component that was given up, an engine that is late. */
  readonly watchdog: (seen: Observation) => void;
  /** Brings to the disk what waits; after everything has stopped. */
  readonly flush: () => Promise<void>;
}

/** Exit code of a process that gave up, so that its platform starts it anew (sysexits EX_SOFTWARE). */
const EXIT_GAVE_UP = 70;

/** How often the stream hears of health (quant spec §9.1). */
const TELL_EVERY_MS = 10_000;

/** Runs the worker until `lifetime` ends or it has to give up; its exit code. Rejects when its port cannot be had. */
export async function runWorker(parts: WorkerParts, lifetime: AbortSignal): Promise<number> {
  const { clock, logger, supervisor, gauge, identity } = parts;
  const gaveUp = new AbortController();
  const end = AbortSignal.any([lifetime, gaveUp.signal]);
  const server = await startHttpServer({ clock, logger }, parts.http);
  parts.onListening(server.url);
  gauge.start();
  logger.notice('worker.started', {
    url: server.url,
    mode: identity.mode,
    market: identity.market,
    venue_profile: identity.venueProfile,
    instance_id: identity.instanceId,
  });
  if (identity.mode === 'live') logger.warn('executor.absent', { message: 'this version has no executor; nothing is traded' });
  const looks = keepLooking(parts, end, (reason) => gaveUp.abort(reason));
  await supervisor.run(end);
  await looks;
  await parts.flush();
  gauge.stop();
  await server.close();
  const uptimeMs = clock.nowMs() - identity.startedMs;
  logger.notice('worker.stopped', {
    uptime_ms: uptimeMs,
    ...(gaveUp.signal.aborted && { reason: String(gaveUp.signal.reason) }),
  });
  return gaveUp.signal.aborted ? EXIT_GAVE_UP : 0;
}

/** Looks at everything once a second: tells each change of the verdict, calls the watchdog, and gives up when the rule says so. */
async function keepLooking(parts: WorkerParts, end: AbortSignal, giveUp: (reason: ExitReason) => void): Promise<void> {
  const { clock, logger, params, observer } = parts;
  let known = '';
  let toldMs = 0;
  while (!end.aborted) {
    const nowMs = clock.nowMs();
    observer.look(nowMs);
    const seen = observer.observe(nowMs);
    const { verdict } = seen;
    const findings = withoutNumbers(verdict.line);
    if (findings !== known) logChange(logger, verdict);
    if (findings !== known || nowMs - toldMs >= TELL_EVERY_MS) {
      parts.tell(seen);
      toldMs = nowMs;
    }
    known = findings;
    parts.watchdog(seen);
    const reason = exitReason(params.exit, exitFacts(seen.components, parts.storeUnreachableMs(nowMs)));
    if (reason !== null) {
      logger.error('worker.gave_up', { reason });
      giveUp(reason);
    }
    await clock.sleep(params.health.every_ms, end).catch(() => undefined);
  }
}

/** What a health line says apart from how long or how much: an age that grows is no change worth a log entry. */
function withoutNumbers(line: string): string {
  return line.replaceAll(/\d+/g, '#');
}

function logChange(logger: Logger, { status, line }: Verdict): void {
  if (status === 'ok') logger.notice('health.changed', { line });
  else logger.warn('health.changed', { line });
}

function exitFacts(components: readonly SupervisedFacts[], storeUnreachableMs: number) {
  const engine = components.find(({ name }) => name === 'quant_engine');
  return {
    leaseLostMidWrite: engine?.lastError === 'QUANT_LEASE_LOST',
    storeUnreachableMs,
    engineFailuresAfterRecovery: engine?.state.failuresAfterRecovery ?? 0,
  };
}
