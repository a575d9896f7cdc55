import { mkdirSync } from 'node:fs';
import pc from 'picocolors';
import { loadQuantParams } from '#shared/adapters/fs/quant-params-file.ts';
import { loadVenueParams } from '#shared/adapters/fs/venue-params-file.ts';
import { loadWorkerParams } from '#shared/adapters/fs/worker-params-file.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { ProcessGauge } from '#shared/adapters/system/process-gauge.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { FolderFrameRecorder } from '#shared/adapters/venues/folder-frame-recorder.ts';
import { openVenueFeeds } from '#shared/adapters/venues/open-venue-feeds.ts';
import { parseInstrumentId } from '#shared/market/instrument-id.ts';
import { checkVenue } from '#shared/market/venue-policy/check-venue.ts';
import { type VenuePolicy, venuePolicy } from '#shared/market/venue-policy/venue-policy.ts';
import { marketEventFanOut } from '#shared/streaming/market-event-fan-out.ts';
import type { Component, ComponentName } from '#shared/supervision/component.ts';
import { Supervisor } from '#shared/supervision/supervisor.ts';
import manifest from '../../package.json' with { type: 'json' };
import type { WorkerConfig } from './config.ts';
import { healthRoutes, type WorkerIdentity } from './health-routes.ts';
import { LiveBoard } from './live-board.ts';
import { drawnLines, loggedLines } from './live-lines.ts';
import { liveView } from './live-view.ts';
import { MarketFeeds } from './market-feeds.ts';
import { marketSource } from './market-source.ts';
import { MemoryTicker } from './memory-ticker.ts';
import { Observer } from './observer.ts';
import { workerOutput } from './output.ts';
import { runWorker, type WorkerParts } from './run-worker.ts';
import { standingFindings } from './standing-findings.ts';
import { watchedBooks } from './watched-books.ts';

const MEGABYTE = 1024 * 1024;

/**
 * Stop order (operations spec §3, without an executor): first what brings data in and computes, then what carries it away, then
 * what keeps it.
 */
const STOP_STAGES: readonly (readonly ComponentName[])[] = [
  ['live_lines', 'quant_engine', 'ws_manager', 'rest_collector'],
  ['event_publisher', 'cold_writer', 'continuity'],
  ['db_writer', 'simulator'],
];

/** The worker with its adapters. Nothing is opened or contacted before it runs; a configuration that cannot work throws here. */
export function wireWorker(config: WorkerConfig, entry: string, lifetime: AbortSignal): () => Promise<number> {
  const clock = systemClock();
  const random = systemRandom();
  const params = loadWorkerParams(config.PIPELINE_WORKER_PARAMS);
  const quantParams = loadQuantParams();
  const source = marketSource(config, clock, entry);
  const policy = policyOf(config, source.instruments);
  mkdirSync(config.PIPELINE_DATA_FOLDER, { recursive: true });
  const identity = identityOf(config, random.hex(4), clock.nowMs());
  const output = workerOutput(clock, {
    labels: { env: identity.environment, deployable: 'worker', version: identity.version },
    dataFolder: config.PIPELINE_DATA_FOLDER,
    isTerminal: process.stdout.isTTY === true,
  });
  const { logger } = output;
  const recorder = recorderOf(config, identity);
  const fanOut = marketEventFanOut();
  const feeds = new MarketFeeds({
    clock,
    logger,
    lifetime,
    sink: fanOut.sink,
    open: async (signal) => {
      const simulated = await source.endpoints();
      return openVenueFeeds({ clock, random, logger, recorder }, { policy, instruments: source.instruments, simulated }, signal);
    },
  });
  const ticker = new MemoryTicker({
    clock,
    logger,
    params: quantParams,
    instruments: async (signal) => (await feeds.ready(signal)).feeds.instruments,
    tap: (sink) => fanOut.tap('quant_engine', sink),
  });
  const board = new LiveBoard();
  fanOut.tap('live_board', (event) => board.onEvent(event));
  const books = watchedBooks(source.instruments, quantParams.primary_venues);
  const gauge = new ProcessGauge(clock, config.PIPELINE_MEMORY_LIMIT_MB * MEGABYTE);
  const observer = new Observer({
    params,
    gauge,
    books,
    feeds: () => feeds.current,
    components: (nowMs) => supervisor.facts(nowMs),
    standing: standingFindings(config),
  });
  fanOut.tap('observer', (event) => observer.onEvent(event));
  let url = '';
  const observe = () => observer.observe(clock.nowMs());
  const view = () =>
    liveView({ identity, url, observe, books, board, tick: ticker.tick, fanOut: fanOut.facts(), notes: output.notes() });
  const lines = output.isTerminal
    ? drawnLines(clock, view, (text) => process.stdout.write(text), pc.createColors(pc.isColorSupported))
    : loggedLines(clock, logger, view);
  const components: readonly Component[] = [
    ...(source.simulator === null ? [] : [source.simulator]),
    ticker,
    feeds.streams(),
    feeds.polls(),
    lines,
  ];
  const supervisor: Supervisor = new Supervisor(
    { clock, logger },
    { params: params.supervision, components, stopStages: STOP_STAGES },
  );
  const parts: WorkerParts = {
    clock,
    logger,
    params,
    identity,
    supervisor,
    observer,
    gauge,
    http: { host: config.PIPELINE_HTTP_HOST, port: config.PIPELINE_HTTP_PORT, handlers: [healthRoutes(identity, observe)] },
    onListening: (listening) => {
      url = listening;
    },
    flush: async () => recorder?.close(),
  };
  return () => runWorker(parts, lifetime);
}

/** Naming an instrument of a venue is naming the venue; a refused one ends the process before anything is contacted. */
function policyOf(config: WorkerConfig, instruments: readonly string[]): VenuePolicy {
  const venues = [...new Set(instruments.flatMap((id) => parseInstrumentId(id)?.venue ?? []))];
  const policy = venuePolicy(loadVenueParams(), config.PIPELINE_VENUE_PROFILE, venues);
  for (const venue of venues) checkVenue(policy, venue, 'data');
  return policy;
}

function identityOf(config: WorkerConfig, suffix: string, startedMs: number): WorkerIdentity {
  return {
    version: manifest.version,
    sourceRevision: config.PIPELINE_SOURCE_REVISION ?? '',
    environment: config.PIPELINE_ENVIRONMENT,
    mode: config.PIPELINE_MODE,
    market: config.PIPELINE_MARKET,
    venueProfile: config.PIPELINE_VENUE_PROFILE,
    instanceId: `w-${suffix}`,
    startedMs,
  };
}

function recorderOf(config: WorkerConfig, { version, instanceId, venueProfile }: WorkerIdentity): FolderFrameRecorder | null {
  if (config.PIPELINE_RECORD_FOLDER === undefined) return null;
  const header = { software: version, policy_profile: venueProfile };
  return new FolderFrameRecorder({ folder: config.PIPELINE_RECORD_FOLDER, run: instanceId, header });
}
