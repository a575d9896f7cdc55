import type { Timeframe } from '../../contracts/quant-params.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { HttpHandler } from '../../ports/http-handler.ts';
import type { MarketEventSink } from '../../ports/market-feed.ts';
import type { QuantStore } from '../../ports/quant-store.ts';
import type { QuantBoard, RegimeBoard, TickScope } from '../api/quant-board.ts';
import { type CommandAuthority, type QuantHandlerOptions, quantHandler } from '../api/quant-handler.ts';
import { ReadTurns } from '../api/read-turns.ts';
import type { ListQuery } from '../api/route-answer.ts';
import { StreamHub } from '../api/stream-hub.ts';
import type { QuantTick } from '../engine.ts';
import { LegacyContexts } from '../legacy/legacy-contexts.ts';
import { LEGACY_METRICS } from '../legacy/legacy-series.ts';
import { QuantRows, quantStrip } from '../rows/quant-rows.ts';
import { AlertAnnouncer } from './alert-announcer.ts';
import type { CommitDeps } from './commit-retry.ts';
import { OutboxPublisher } from './outbox-publisher.ts';
import type { QuantSession } from './quant-session.ts';
import { QuantTicker, type QuantTickerOptions } from './quant-ticker.ts';
import { storedFeatures, storedFeatureTexts } from './stored-features.ts';
import type { PreparedTick } from './tick-commit.ts';
import type { StreamChange } from './tick-messages.ts';

export interface QuantServiceOptions extends QuantTickerOptions {
  /** What the store may hold of ticks (`QuantRetention`); absent = no bound. */
  readonly mostBytes?: number;
  /** Carries raised and cleared alerts to other processes; absent = they stay in this one. */
  readonly alertBus?: EventBus;
  /** Who may acknowledge alerts; absent = nobody. */
  readonly authority?: CommandAuthority;
  /** Rows of `/api/venues`; absent = no such route. */
  readonly venues?: QuantHandlerOptions['venues'];
  /** What is known of regimes; absent = no such routes. */
  readonly regimes?: RegimeBoard;
}

/** Everything of the quant engine that a worker runs and serves. */
export interface QuantService {
  /** Taps the feeds. */
  readonly sink: MarketEventSink;
  /** `quant_engine`: ticks and commits. */
  readonly ticker: QuantTicker;
  /** `db_writer`: tells committed ticks to the stream; to be stopped after the ticker. */
  readonly publisher: OutboxPublisher;
  /** What `/stream` and `/events` carry; others push `health` and `recovery` into it. */
  readonly stream: StreamHub;
  /** The routes of quant spec §8. */
  readonly handler: HttpHandler;
  /** Last tick that this process committed, null before the first; good until the next one is. */
  tick(): QuantTick | null;
}

/** Wires engine, store, outbox, stream and routes. */
export function quantService(deps: CommitDeps, options: QuantServiceOptions): QuantService {
  const stream = new StreamHub(deps.clock.nowMs());
  const view = new ServiceView(deps, options.regimes);
  const tell = ({ event, data }: StreamChange, tickTs: number): void => stream.push(event, tickTs, data);
  const ticker: QuantTicker = new QuantTicker(deps, options, {
    onCommitted: (session, prepared) => {
      view.show(session, prepared);
      publisher.hint();
    },
    onLight: (data, ts) => {
      stream.push('quant_update_5s', ts, { data: [...data], ts });
    },
  });
  const publisher = new OutboxPublisher(
    { ...deps, ...announcing(deps, options) },
    tell,
    () => ticker.token,
    options.mostBytes ?? Number.POSITIVE_INFINITY,
  );
  stream.snapshots('quant_update', () => view.snapshot());
  stream.snapshots('quant_summary', () => (view.tick === null ? [] : [quantStrip(view.tick, 0)]));
  stream.snapshots('alert', () => view.openAlerts());
  stream.snapshots('regime_transition', () => options.regimes?.transitions().slice(0, 1) ?? []);
  const { authority, venues } = options;
  const handler = quantHandler(deps, {
    board: view,
    ...(authority === undefined ? {} : { authority }),
    ...(venues === undefined ? {} : { venues }),
  });
  return { sink: ticker.onEvent, ticker, publisher, stream, handler, tick: () => view.tick };
}

function announcing({ clock, logger, store }: CommitDeps, { alertBus: bus }: QuantServiceOptions) {
  if (bus === undefined) return {};
  return { announcer: new AlertAnnouncer({ clock, logger, bus }, (seq) => store.markSent([seq], clock.nowMs())) };
}

/** Revisions of one tick that are looked through for the newest. */
const MOST_REVISIONS = 100;

/** What readers see: the last committed tick, and history out of the store. */
class ServiceView implements QuantBoard {
  tick: QuantTick | null = null;
  rows = new QuantRows();
  summary: QuantBoard['summary'] = [];
  readonly history: QuantBoard['history'];
  readonly contexts: LegacyContexts;
  readonly reads = new ReadTurns();
  readonly regimes?: RegimeBoard;
  readonly #store: QuantStore;
  #session: QuantSession | null = null;

  constructor({ clock, store }: CommitDeps, regimes: RegimeBoard | undefined) {
    if (regimes !== undefined) this.regimes = regimes;
    this.#store = store;
    const pause = (): Promise<void> => clock.sleep(0);
    this.history = storedFeatureTexts(store, pause);
    const features = storedFeatures(store, pause);
    const rowAt = async (symbol: string, timeframe: Timeframe, tickTs: number) => {
      const page = { cursor: 0, limit: MOST_REVISIONS };
      return (await features(symbol, timeframe, tickTs, tickTs + 1, page, undefined, LEGACY_METRICS)).rows.at(-1);
    };
    this.contexts = new LegacyContexts(rowAt, pause);
  }

  show(session: QuantSession, { tick, commit }: PreparedTick): void {
    this.#session = session;
    this.tick = tick;
    this.summary = commit.summary;
    this.rows = session.commits.rows;
  }

  openAlerts() {
    return this.#session?.alerts.open ?? [];
  }

  snapshot() {
    const { tick } = this;
    if (tick === null) return [];
    return [{ data: [...this.summary], ts: tick.tickTs, tick_ts: tick.tickTs, skipped: tick.skipped }];
  }

  async stored(): Promise<TickScope | null> {
    const rows = await this.#store.summary();
    const symbols = [...new Set(rows.map(({ symbol }) => symbol))];
    const timeframes = [...new Set(rows.map(({ timeframe }) => timeframe))];
    return rows[0] === undefined ? null : { tickTs: rows[0].tick_ts, symbols, timeframes };
  }

  signals() {
    return this.#store.latestSignals();
  }

  async alerts({ limit, cursor }: ListQuery) {
    const { alerts, total } = await this.#store.alerts(limit, cursor);
    return { rows: alerts, total };
  }
}
