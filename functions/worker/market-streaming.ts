import { join } from 'node:path';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { openBucket } from '#shared/adapters/gcp/open-bucket.ts';
import { openOrderedBus } from '#shared/adapters/gcp/open-bus.ts';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import { QUANT_FEATURES } from '#shared/cold/market-tables.ts';
import { quantFeatureRow } from '#shared/cold/quant-feature-row.ts';
import type { InstrumentSpec } from '#shared/contracts/instrument-spec.ts';
import { MARKET_SUBSCRIPTIONS } from '#shared/contracts/names.ts';
import type { QuantFeatureRow } from '#shared/contracts/quant-rows.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { FrameRecorder } from '#shared/ports/frame-recorder.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { Random } from '#shared/ports/random.ts';
import { coldWriter } from '#shared/streaming/cold/cold-writer.ts';
import { FrameArchive } from '#shared/streaming/cold/frame-archive.ts';
import { type ComposerListener, type ComposerOptions, EnvelopeComposer } from '#shared/streaming/compose/envelope-composer.ts';
import type { LiveJudge } from '#shared/streaming/compose/live-judge.ts';
import type { MarketEventFanOut } from '#shared/streaming/market-event-fan-out.ts';
import { envelopePublisher } from '#shared/streaming/publish/envelope-publisher.ts';
import type { Component } from '#shared/supervision/component.ts';
import type { WorkerConfig } from './config.ts';

export interface MarketStreamingDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly fanOut: MarketEventFanOut;
  /** Hears what is composed out of market data. */
  readonly listener: ComposerListener;
  /** Validates records on their way. */
  readonly judge: LiveJudge;
  /** Names this process among all there ever were. */
  readonly instanceId: string;
  /** What the header of raw frames says. */
  readonly recordHeader: Readonly<Record<string, string>>;
  readonly instruments: () => readonly InstrumentSpec[];
  /** Number of the lease that this process holds now, 0 without one. */
  readonly leaseEpoch: () => number;
}

/** What carries market data away, and what ends its connections. */
export interface MarketStreaming {
  readonly components: readonly Component[];
  /** Keeps raw frames in the cold tier; null where nobody asked for that. */
  readonly frames: FrameRecorder | null;
  /** Time of the newest row that is staged, by venue. */
  readonly stagedMs: ReadonlyMap<string, number>;
  /** Takes feature rows of the quant engine for the cold tier; resolves once they are staged, rejects without room. */
  keepFeatures(rows: readonly QuantFeatureRow[]): Promise<void>;
  close(): Promise<void>;
}

/** What the bus and the store may take at a stop: less than a stage of it. */
const FLUSH_WITHIN_MS = 1_500;

/** Events that may wait for the publisher: minutes of a busy market. */
const MOST_WAITING = 100_000;

/** Messages of a subscription that wait for their segment: as many a staging as a long outage is caught up with. */
const MOST_CATCHING_UP = 5_000;

/**
 * Envelopes of everything that is watched, to the bus and to the staging of the cold tier; on Google Cloud where a cold bucket is
 * named, else into a folder of the data folder, with no bus. What an earlier process sent and did not stage comes by subscription.
 */
export async function marketStreaming(config: WorkerConfig, deps: MarketStreamingDeps): Promise<MarketStreaming> {
  const { clock, logger, fanOut } = deps;
  const { objects, bus } = places(config, deps);
  const blake3 = await openBlake3();
  const catchUp = bus === null ? null : { bus, blake3, subscriptions: MARKET_SUBSCRIPTIONS };
  const writer = coldWriter({ clock, logger, objects, catchUp }, { writer: deps.instanceId, flushWithinMs: FLUSH_WITHIN_MS });
  const contractOf = (id: string): InstrumentSpec | undefined => deps.instruments().find((spec) => spec.id === id);
  const options: ComposerOptions = {
    blake3,
    contractOf,
    region: config.PIPELINE_REGION,
    listener: deps.listener,
    judge: deps.judge,
    // Read for every envelope: the lease comes, goes and comes back with another number.
    get leaseEpoch() {
      return deps.leaseEpoch();
    },
  };
  const reader = fanOut.reader('event_publisher', MOST_WAITING);
  const tee = writer.tee.bind(writer);
  const composer = new EnvelopeComposer(options);
  const publisher = envelopePublisher({ clock, logger, reader, composer, bus, tee }, { flushWithinMs: FLUSH_WITHIN_MS });
  const frames =
    config.PIPELINE_RECORD_FRAMES === 'off'
      ? null
      : new FrameArchive({ clock, logger, objects }, { run: deps.instanceId, header: deps.recordHeader });
  return {
    components: [publisher, writer, ...(frames === null ? [] : [frames])],
    frames,
    stagedMs: writer.stagedMs,
    keepFeatures: (rows) => writer.addRows(QUANT_FEATURES, rows.map(quantFeatureRow)),
    close: async () => bus?.close(),
  };
}

function places(config: WorkerConfig, deps: MarketStreamingDeps) {
  const { PIPELINE_PROJECT: project, PIPELINE_PUBSUB_HOST: host } = config;
  if (project === undefined || config.PIPELINE_COLD_BUCKET === undefined) {
    return { objects: folderObjectStore({ root: join(config.PIPELINE_DATA_FOLDER, 'objects') }), bus: null };
  }
  const timing = { clock: deps.clock, random: deps.random };
  const objects = openBucket(config, config.PIPELINE_COLD_BUCKET, timing);
  const bus = openOrderedBus({ PIPELINE_PROJECT: project, PIPELINE_PUBSUB_HOST: host }, timing, MOST_CATCHING_UP);
  return { objects, bus };
}
