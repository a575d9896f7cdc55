import type { ProcessGauge } from '#shared/adapters/system/process-gauge.ts';
import type { VenueFeeds } from '#shared/adapters/venues/open-venue-feeds.ts';
import type { HealthFinding } from '#shared/contracts/health-finding.ts';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import type { WorkerParams } from '#shared/contracts/worker-params.ts';
import { ClockSkew } from '#shared/health/clock-skew.ts';
import { MarketWatch } from '#shared/health/market-watch.ts';
import { isAlive, processFindings } from '#shared/health/process-findings.ts';
import { type Verdict, verdictOf } from '#shared/health/verdict.ts';
import type { ProcessReading } from '#shared/ports/process-reading.ts';
import type { EngineFacts } from '#shared/quant/service/engine-facts.ts';
import type { SupervisedFacts } from '#shared/supervision/supervisor.ts';
import { marketReading } from './market-reading.ts';
import type { WatchedBook } from './watched-books.ts';

export interface ObserverDeps {
  readonly params: WorkerParams;
  readonly gauge: ProcessGauge;
  readonly books: readonly WatchedBook[];
  readonly feeds: () => VenueFeeds | null;
  /** Whether this process is the one that may write, or waits for that. */
  readonly role: () => EngineFacts['role'];
  readonly components: (nowMs: number) => readonly SupervisedFacts[];
  /** What is not right for reasons that nobody measures again and again: a mode that cannot do what it is for. */
  readonly standing: readonly HealthFinding[];
}

/** Everything that was measured at one instant, and what it means. */
export interface Observation {
  readonly atMs: number;
  readonly verdict: Verdict;
  readonly process: ProcessReading;
  readonly isAlive: boolean;
  /** Books of primary venues are live and everything that has to run does (operations spec §3 Readiness). */
  readonly isReady: boolean;
  readonly components: readonly SupervisedFacts[];
}

/** Looks at the market every second and judges the whole worker whenever somebody asks. */
export class Observer {
  readonly skew = new ClockSkew();
  readonly market: MarketWatch;
  readonly #deps: ObserverDeps;
  /** Everything was up and live once, as the leader or beside one; what fails from then on has a name of its own. */
  #hasStarted = false;

  constructor(deps: ObserverDeps) {
    this.#deps = deps;
    this.market = new MarketWatch(deps.params.health);
  }

  onEvent(event: MarketEvent): void {
    this.skew.onEvent(event);
  }

  /** Takes a reading of the market; to be called every `health.every_ms`. */
  look(nowMs: number): void {
    this.market.look(marketReading(this.#deps.books, this.#deps.feeds()), nowMs);
    if (this.#hasStarted) return;
    const { components, verdict } = this.observe(nowMs);
    this.#hasStarted = ROLES_AFTER_START.has(this.#deps.role()) && this.#isUp(components, verdict.findings);
  }

  observe(nowMs: number): Observation {
    const { params, gauge } = this.#deps;
    const process = gauge.read(nowMs, this.skew.skewMs(nowMs));
    const components = this.#deps.components(nowMs);
    const findings = [
      ...processFindings(params.health, process),
      ...this.market.findings,
      ...this.#missing(),
      ...(this.#hasStarted ? [] : [STARTING]),
      ...components.flatMap(componentFindings),
      ...this.#deps.standing,
    ];
    return {
      atMs: nowMs,
      verdict: verdictOf(findings),
      process,
      isAlive: isAlive(params.liveness, process),
      isReady: this.#deps.role() === 'active' && this.#isUp(components, findings),
      components,
    };
  }

  #isUp(components: readonly SupervisedFacts[], findings: readonly HealthFinding[]): boolean {
    const isRunning = components.every(({ state }) => state.phase === 'running');
    return isRunning && this.#primaryBooksLive() && findings.every(({ level }) => level !== 'fail');
  }

  #primaryBooksLive(): boolean {
    const { books } = marketReading(this.#deps.books, this.#deps.feeds());
    return this.#deps.feeds() !== null && books.every(({ isPrimary, isLive }) => isLive || !isPrimary);
  }

  #missing(): readonly HealthFinding[] {
    const missing = this.#deps.feeds()?.missing ?? [];
    return missing.length === 0 ? [] : [{ area: 'feed', level: 'degraded', reason: 'instruments_missing' }];
  }
}

/** A standby waits for as long as the leader is well: that is its work, not its start (quant spec §11). */
const ROLES_AFTER_START: ReadonlySet<EngineFacts['role']> = new Set(['active', 'standby']);

const STARTING: HealthFinding = { area: 'worker', level: 'degraded', reason: 'starting' };

/** What a component says of itself, and that it is down for good. */
function componentFindings({ name, state: { phase }, facts }: SupervisedFacts): readonly HealthFinding[] {
  const own = facts?.findings ?? [];
  const isDown = phase === 'failed' || phase === 'stopped';
  return isDown ? [...own, { area: 'worker', level: 'degraded', reason: `${name}_${phase}` }] : own;
}
