import { join } from 'node:path';
import pc from 'picocolors';
import { makeLocalFolder } from '#shared/adapters/fs/make-folders.ts';
import { operatorKeyFile } from '#shared/adapters/keys/operator-key-file.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { ProcessGauge } from '#shared/adapters/system/process-gauge.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { openVenueFeeds } from '#shared/adapters/venues/open-venue-feeds.ts';
import { SocketNumbers } from '#shared/adapters/venues/socket-numbers.ts';
import { FeedWatch } from '#shared/market/feed/feed-watch.ts';
import { FeatureArchive } from '#shared/quant/service/feature-archive.ts';
import { quantService } from '#shared/quant/service/quant-service.ts';
import { marketEventFanOut } from '#shared/streaming/market-event-fan-out.ts';
import type { Component, ComponentName } from '#shared/supervision/component.ts';
import { RecoveryDesk } from '#shared/supervision/recovery-desk.ts';
import { RecoveryLog } from '#shared/supervision/recovery-log.ts';
import { acceptedHashes } from '#shared/supervision/reload/accepted-reloads.ts';
import { Supervisor } from '#shared/supervision/supervisor.ts';
import { alertBus } from './alert-bus.ts';
import { commandAuthority } from './command-authority.ts';
import type { WorkerConfig } from './config.ts';
import { ContinuityKeeper } from './continuity-keeper.ts';
import { continuitySources } from './continuity-sources.ts';
import { dataPolicy } from './data-policy.ts';
import { dataQuality } from './data-quality.ts';
import { feedFreshness } from './feed-freshness.ts';
import { configHash, schemaHash } from './fingerprints.ts';
import { healthRoutes } from './health-routes.ts';
import { workerIdentity } from './identity.ts';
import { indexRoute } from './index-route.ts';
import { LiveBoard } from './live-board.ts';
import { drawnLines, loggedLines } from './live-lines.ts';
import { LiveParams, loadParamFiles, type ParamFiles, readParamFiles } from './live-params.ts';
import { liveView } from './live-view.ts';
import { MarketFeeds } from './market-feeds.ts';
import { marketSource } from './market-source.ts';
import { marketStreaming } from './market-streaming.ts';
import { workerMetrics } from './metrics.ts';
import { Observer } from './observer.ts';
import { workerOutput } from './output.ts';
import { probeLine } from './probe-line.ts';
import { quantUniverse } from './quant-universe.ts';
import { recorders, recordHeader } from './recorders.ts';
import { recoverRoute } from './recover-route.ts';
import { recoveryTargets } from './recovery-targets.ts';
import { regimes } from './regimes.ts';
import { reloadRoute } from './reload-route.ts';
import { runWorker } from './run-worker.ts';
import { sampling } from './sampling.ts';
import { standingFindings } from './standing-findings.ts';
import { workerStores } from './stores.ts';
import { venueRows } from './venue-rows.ts';
import { beginWithNewTerms, feedTriggers, watchdog } from './watchdog.ts';
import { watchedBooks } from './watched-books.ts';

/** Lines of the recovery log that are looked through for accepted reloads. */
const MOST_RELOADS = 1_000;

const MEGABYTE = 1024 * 1024;

/**
 * Stop order (operations spec §3, without an executor): first what brings data in and computes, then what carries it away, then
 * what keeps it.
 */
const STOP_STAGES: readonly (readonly ComponentName[])[] = [
  ['live_lines', 'quant_engine', 'ws_manager', 'rest_collector'],
  ['event_publisher', 'feature_archive', 'quality_keeper', 'hot_documents', 'regime_watch', 'continuity'],
  ['cold_writer', 'sample_writer', 'frame_archive', 'frame_recorder', 'db_writer', 'simulator'],
];

/** The worker with its adapters. Nothing is contacted before it runs; a configuration that cannot work throws here. */
export async function wireWorker(config: WorkerConfig, entry: string, lifetime: AbortSignal): Promise<() => Promise<number>> {
  const clock = systemClock();
  const random = systemRandom();
  const live = new LiveParams(loadParamFiles(config));
  const { worker: params, quant: quantParams } = live;
  const source = marketSource(config, clock, entry);
  const policy = dataPolicy(config, source.instruments);
  makeLocalFolder(config.PIPELINE_DATA_FOLDER);
  const identity = workerIdentity(config, random.hex(4), clock.nowMs());
  const output = workerOutput(clock, {
    labels: { env: identity.environment, deployable: 'worker', version: identity.version },
    dataFolder: config.PIPELINE_DATA_FOLDER,
    isTerminal: process.stdout.isTTY === true,
  });
  const { logger } = output;
  const stores = workerStores(config, { clock, random });
  const key = operatorKeyFile(config.PIPELINE_OPERATOR_KEY_FILE ?? join(config.PIPELINE_DATA_FOLDER, 'operator.key'));
  const authority = commandAuthority({ clock, key, documents: stores.documents, params: params.recovery });
  const {
    frames: recorder,
    ticks: quantRecorder,
    components: recording,
  } = recorders(config, identity, () => observer.skew.skewMs(clock.nowMs()));

  const fanOut = marketEventFanOut();
  const socketNumbers = new SocketNumbers();
  const quality = dataQuality({
    clock,
    logger,
    documents: stores.documents,
    instruments: source.instruments,
    instanceId: identity.instanceId,
    isLeader: () => quant.ticker.facts.role === 'active',
  });
  const feeds = new MarketFeeds({
    clock,
    logger,
    lifetime,
    sink: quality.gate(fanOut.sink),
    onPolled: (event) => samples.onPolled(event),
    onNewTerms: (instruments) => beginWithNewTerms(desk, logger, instruments, clock.nowMs()),
    open: async (signal) => {
      const simulated = await source.endpoints();
      return openVenueFeeds(
        { clock, random, logger, recorder: recorder ?? streaming.frames, socketNumbers },
        { policy, instruments: source.instruments, simulated },
        signal,
      );
    },
  });
  const regimeWatch = regimes(config, {
    clock,
    random,
    logger,
    documents: stores.documents,
    keptForMs: () => params.retention.log_ms,
    onTransition: (transition) => quant.stream.push('regime_transition', clock.nowMs(), transition),
  });
  const quant = quantService(
    { clock, logger, store: stores.quant },
    {
      params: quantParams,
      alertLimits: () => live.alerts,
      mostBytes: config.PIPELINE_TICKS_LIMIT_MB * MEGABYTE,
      universe: async (signal) => quantUniverse((await feeds.ready(signal)).feeds.instruments),
      holder: identity.instanceId,
      ...(quantRecorder === null ? {} : { recorder: quantRecorder }),
      ...alertBus(config, { clock, random }),
      authority,
      regimes: regimeWatch,
      venues: (nowMs) => venueRows(feeds.current, observer.skew.byVenue(nowMs)),
    },
  );
  const books = watchedBooks(source.instruments, quantParams.primary_venues);
  const samples = sampling(config, {
    clock,
    logger,
    documents: stores.documents,
    params,
    hotInstruments: books.filter(({ isPrimary }) => isPrimary).map(({ instrument }) => instrument),
    tick: () => quant.tick(),
    leaseEpoch: () => quant.ticker.token,
  });
  const streaming = await marketStreaming(config, {
    clock,
    random,
    logger,
    fanOut,
    listener: samples.listener,
    judge: quality.judge,
    instanceId: identity.instanceId,
    recordHeader: recordHeader(identity),
    instruments: () => feeds.current?.instruments ?? [],
    leaseEpoch: () => quant.ticker.token ?? 0,
  });
  const watch = new FeedWatch();
  const board = new LiveBoard();
  const gauge = new ProcessGauge(clock, config.PIPELINE_MEMORY_LIMIT_MB * MEGABYTE);
  const observer = new Observer({
    params,
    gauge,
    books,
    feeds: () => feeds.current,
    role: () => quant.ticker.facts.role,
    components: (nowMs) => supervisor.facts(nowMs),
    standing: standingFindings(config),
  });
  const observe = () => observer.observe(clock.nowMs());
  const metrics = workerMetrics({
    prefix: config.METRICS_PREFIX,
    observe,
    feeds: () => feeds.current,
    board,
    books,
    skews: (nowMs) => observer.skew.byVenue(nowMs),
    quality: { counters: quality.counters, stagedMs: streaming.stagedMs, region: config.PIPELINE_REGION },
  });
  fanOut.tap('quant_engine', quant.sink);
  fanOut.tap('live_board', (event) => board.onEvent(event));
  fanOut.tap('watchdog', (event) => watch.onEvent(event));
  fanOut.tap('observer', (event) => observer.onEvent(event));
  fanOut.tap('metrics', (event) => metrics.counters.onEvent(event));

  let url = '';
  const view = () =>
    liveView({ identity, url, observe, books, board, tick: quant.tick(), fanOut: fanOut.facts(), notes: output.notes() });
  const lines = output.isTerminal
    ? drawnLines(clock, view, (text) => process.stdout.write(text), pc.createColors(pc.isColorSupported))
    : loggedLines(clock, logger, view);
  const hashOf = ({ worker, quant: engine }: ParamFiles): string =>
    configHash(config, { params: worker, quantParams: engine, policy: policy.params, instruments: source.instruments });
  const log = new RecoveryLog(stores.documents);
  const continuity = new ContinuityKeeper({
    clock,
    logger,
    store: stores.documents,
    params: params.continuity,
    retention: params.retention,
    identity,
    imageDigest: config.PIPELINE_IMAGE_DIGEST ?? '',
    configHash: () => hashOf(live.inForce),
    acceptedHashes: async () => acceptedHashes(await log.newest(MOST_RELOADS)),
    schemaHash: schemaHash(),
    observe,
    isRecovering: () => desk.isBusy,
    sources: () => continuitySources(quant.tick()),
    probe: (signal) => probeLine(url, signal),
    authority,
  });
  const components: readonly Component[] = [
    ...(source.simulator === null ? [] : [source.simulator]),
    quant.publisher,
    quant.ticker,
    feeds.streams(),
    feeds.polls(),
    new FeatureArchive({
      clock,
      logger,
      store: stores.quant,
      keep: (rows) => streaming.keepFeatures(rows),
      everyMs: () => params.archive.features_every_ms,
    }),
    ...streaming.components,
    quality.keeper,
    ...samples.components,
    ...recording,
    regimeWatch,
    continuity,
    lines,
  ];
  const supervisor: Supervisor = new Supervisor(
    { clock, logger },
    { params: params.supervision, components, stopStages: STOP_STAGES },
  );
  const desk: RecoveryDesk = new RecoveryDesk({
    clock,
    random,
    logger,
    store: stores.documents,
    log,
    params: params.recovery,
    targets: recoveryTargets(clock, supervisor, feeds),
    onStep: ({ id, component, venue, step }) => {
      const status = step === 'recovered' || step === 'failed' ? step : 'under_way';
      quant.stream.push('recovery', clock.nowMs(), { id, component, venue, step, status });
    },
  });
  const handlers = [
    indexRoute(identity),
    healthRoutes(
      identity,
      observe,
      () => (quant.ticker.facts.role === 'standby' ? 'standby' : 'active'),
      (nowMs) => feedFreshness(metrics.counters.heardMs, nowMs),
    ),
    metrics.route,
    recoverRoute({
      clock,
      logger,
      key,
      desk,
      log,
      params: params.recovery,
      venues: [...new Set(books.map(({ venue }) => venue))],
    }),
    continuity.route,
    reloadRoute({ clock, random, logger, authority, log, live, read: () => readParamFiles(config), hashOf }),
    samples.route,
    quant.handler,
  ];
  return () =>
    runWorker(
      {
        clock,
        logger,
        params,
        identity,
        supervisor,
        observer,
        gauge,
        http: { host: config.PIPELINE_HTTP_HOST, port: config.PIPELINE_HTTP_PORT, handlers, stream: quant.stream },
        onListening: (listening) => {
          url = listening;
        },
        storeUnreachableMs: (nowMs) => {
          const { uncommittedTickTs } = quant.ticker.facts;
          return uncommittedTickTs === null ? 0 : nowMs - uncommittedTickTs;
        },
        tell: ({ atMs, verdict, components: all }) =>
          quant.stream.push('health', atMs, {
            line: verdict.line,
            status: verdict.status,
            availability_pct: continuity.availabilityPct,
            components: Object.fromEntries(all.map(({ name, state }) => [name, state.phase])),
          }),
        watchdog: watchdog({
          desk,
          logger,
          feeds: (nowMs, ownLagMs) => feedTriggers(watch, feeds.current, nowMs, ownLagMs),
          onFeedRecovery: (venue) => watch.recovering(venue),
        }),
        flush: async () => {
          await Promise.all([recorder?.close(), quantRecorder?.close()]);
          stores.close();
          samples.close();
        },
      },
      lifetime,
    );
}
