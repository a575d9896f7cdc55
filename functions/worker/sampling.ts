import { join } from 'node:path';
import { renewedSampleStore } from '#shared/adapters/sqlite/renewed-sample-store.ts';
import type { WorkerParams } from '#shared/contracts/worker-params.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { HttpHandler } from '#shared/ports/http-handler.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { MarketEventSink } from '#shared/ports/market-feed.ts';
import { SourceHealthTable } from '#shared/quant/api/source-health.ts';
import type { QuantTick } from '#shared/quant/engine.ts';
import type { ComposerListener } from '#shared/streaming/compose/envelope-composer.ts';
import { MinuteBars } from '#shared/streaming/compose/minute-bars.ts';
import { HotDocuments } from '#shared/streaming/hot/hot-documents.ts';
import { SampleWriter } from '#shared/streaming/samples/sample-writer.ts';
import type { Component } from '#shared/supervision/component.ts';
import type { WorkerConfig } from './config.ts';
import { sampleRoutes } from './sample-routes.ts';

export interface SamplingDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly documents: DocumentStore;
  readonly params: WorkerParams;
  /** Books that hot documents are of, in the order of their importance. */
  readonly hotInstruments: readonly string[];
  readonly tick: () => QuantTick | null;
  /** Number of the lease that this process holds, null without one. */
  readonly leaseEpoch: () => number | null;
}

/** What keeps samples, bars and the health of sources beside committed ticks, and what shows the newest of books to others. */
export interface Sampling {
  /** Hears what the publisher composes. */
  readonly listener: ComposerListener;
  /** Hears what venues were asked for. */
  readonly onPolled: MarketEventSink;
  readonly components: readonly Component[];
  readonly route: HttpHandler;
  close(): void;
}

const MEGABYTE = 1024 * 1024;

/** What the store may take at a stop: less than a stage of it. */
const FLUSH_WITHIN_MS = 1_000;

export function sampling(config: WorkerConfig, deps: SamplingDeps): Sampling {
  const { clock, logger, documents, params, tick, leaseEpoch } = deps;
  let renewedMs: number | null = null;
  const store = renewedSampleStore({
    file: join(config.PIPELINE_DATA_FOLDER, 'samples.sqlite'),
    nowMs: () => clock.nowMs(),
    onRenewed: (aside, { code, message }) => {
      renewedMs = clock.nowMs();
      logger.error('samples.begun_anew', { code, message, aside });
    },
  });
  const sources = new SourceHealthTable();
  const health = () => {
    const newest = tick();
    return newest === null ? null : sources.rows(newest);
  };
  const mostBytes = config.PIPELINE_SAMPLES_LIMIT_MB * MEGABYTE;
  const options = { params: params.samples, mostBytes, flushWithinMs: FLUSH_WITHIN_MS };
  const minutes = new MinuteBars();
  const facts = { health, lateValues: () => minutes.late, renewedMs: () => renewedMs };
  const writer = new SampleWriter({ clock, logger, store, ...facts }, options);
  const hot = new HotDocuments(
    { clock, logger, documents, leaseEpoch },
    { params: params.hot, instruments: deps.hotInstruments },
  );
  return {
    listener: {
      onSample: (sampled) => {
        minutes.onSample(sampled);
        hot.onSample(sampled);
      },
      onBar: (closed) => {
        minutes.onBar(closed);
        hot.onBar(closed);
      },
      onMark: (mark) => minutes.onMark(mark),
      onDue: (nowMs) => writer.onBars(minutes.due(nowMs)),
    },
    onPolled: (event) => writer.onPolled(event),
    components: [writer, hot],
    route: sampleRoutes({ clock, store }),
    close: () => store.close(),
  };
}
