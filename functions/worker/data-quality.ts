import type { QualityPair } from '#shared/market/live-quality/finding.ts';
import { LiveQuality } from '#shared/market/live-quality/live-quality.ts';
import type { QualityCounters } from '#shared/market/live-quality/quality-counters.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { MarketEventSink } from '#shared/ports/market-feed.ts';
import { LiveJudge } from '#shared/streaming/compose/live-judge.ts';
import { streamName } from '#shared/streaming/instrument-source.ts';
import { QualityKeeper } from '#shared/streaming/quality/quality-keeper.ts';
import type { Component } from '#shared/supervision/component.ts';

export interface DataQualityDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly documents: DocumentStore;
  /** Instruments that are configured; their venues are the ones that are allowed. */
  readonly instruments: readonly string[];
  readonly instanceId: string;
  readonly isLeader: () => boolean;
}

/** The validation of live data and what of it others need. */
export interface DataQuality {
  readonly judge: LiveJudge;
  readonly counters: QualityCounters;
  /** Remembers which pairs are not believed. */
  readonly keeper: Component;
  /** The sink that feeds write to: bars of a pair that is not believed pass as suspect. */
  gate(sink: MarketEventSink): MarketEventSink;
}

export function dataQuality(deps: DataQualityDeps): DataQuality {
  const { clock, logger, documents: store, instruments, instanceId, isLeader } = deps;
  const venues = new Set(instruments.map((id) => id.slice(id.indexOf('@') + 1)));
  const quality = new LiveQuality({ venues });
  const judge = new LiveJudge(quality);
  const names = instruments.map(streamName);
  const isFollowed = (pair: QualityPair): boolean =>
    names.some(({ source, symbol }) => source === pair.source && symbol === pair.symbol);
  return {
    judge,
    counters: quality.counters,
    keeper: new QualityKeeper({ clock, logger, store, quality, instanceId, isFollowed, isLeader }),
    gate: (sink) => (event) => sink(event.type === 'kline' ? judge.kline(event) : event),
  };
}
