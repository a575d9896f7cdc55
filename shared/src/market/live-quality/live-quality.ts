import type { DerivativeEvent } from '../../contracts/market-events/derivative-events.ts';
import type { TakerVolumeEvent, TradeEvent } from '../../contracts/market-events/trade-events.ts';
import type { Bar } from '../../contracts/stream-payloads.ts';
import { BarWatch } from './bar-watch.ts';
import { shapeFindings } from './check-shape.ts';
import { timeFindings } from './check-times.ts';
import { CrossVenue } from './cross-venue.ts';
import { isFailing, isRejecting, type QualityCheck, type QualityFinding, type QualityPair, verdictOf } from './finding.ts';
import { barRecord, type LiveRecord, printRecord, sampleRecord } from './live-record.ts';
import { type HeldPair, PairQuarantine } from './pair-quarantine.ts';
import { QualityCounters } from './quality-counters.ts';
import { recordScore } from './record-score.ts';
import { type QualityMessage, SeriesVerdicts } from './series-verdicts.ts';
import { SourceClocks } from './source-clocks.ts';
import { SpreadWatch } from './spread-watch.ts';
import { PriceSeries } from './value-series.ts';

export interface LiveQualityOptions {
  /** Venues whose data may be read; null = whatever comes. */
  readonly venues: ReadonlySet<string> | null;
}

/** A closed bar of a pair. */
export interface PairBar {
  readonly pair: QualityPair;
  readonly bar: Bar;
}

/** What was found of a record, and what its carrier must do. */
export interface Judged {
  /** It goes to `quarantine`, not to its table, and nobody may take it for live. */
  readonly isRejected: boolean;
  /** It cannot be carried in its own form; its text is told on `data-quality`. */
  readonly isRefused: boolean;
  /** Checks that found something, each once. */
  readonly reasons: readonly QualityCheck[];
}

/** Prints of a pair since its last batch. */
interface OpenPrints {
  newest: TradeEvent;
  readonly findings: QualityFinding[];
}

const FINE: Judged = { isRejected: false, isRefused: false, reasons: [] };

/** A record below this is worth nothing. */
const LEAST_SCORE = 50;

/**
 * Judges live records on their way to bus and cold tier: schema, type, staleness, anomaly, score, verdict, and whether their pair is
 * believed (data platform spec §6). It sees only the records and times that it is given, in their order.
 */
export class LiveQuality {
  readonly pairs = new PairQuarantine();
  readonly counters = new QualityCounters();
  readonly #options: LiveQualityOptions;
  readonly #bars = new Map<string, { readonly pair: QualityPair; readonly watch: BarWatch }>();
  readonly #prints = new Map<string, OpenPrints>();
  readonly #prices = new Map<string, PriceSeries>();
  readonly #spreads = new Map<string, SpreadWatch>();
  readonly #crossVenue = new CrossVenue();
  readonly #clocks = new SourceClocks();
  readonly #verdicts = new SeriesVerdicts();
  /** Kinds of samples that came before: the first one of a kind may be of any age. */
  readonly #begun = new Set<string>();
  #messages: QualityMessage[] = [];

  constructor(options: LiveQualityOptions) {
    this.#options = options;
  }

  /** Pairs that an earlier process did not believe. */
  restore(held: readonly HeldPair[]): void {
    this.pairs.restore(held);
  }

  /** Judges bars that closed together, in their order, each also by what the other venues say. */
  judgeBars(bars: readonly PairBar[], nowMs: number): readonly Judged[] {
    const across = this.#crossVenue.judge(bars.map(({ pair, bar }) => ({ pair, tsMs: bar.ts, close: bar.close })));
    const records = bars.map(({ pair, bar }) => barRecord(pair, bar, nowMs));
    const own = bars.map(({ pair, bar }, at) => this.#judge(records[at]!, () => this.#watchOf(pair).judge(bar)));
    const movedMs = Math.max(0, ...[...this.#bars.values()].map(({ watch }) => watch.changedMs ?? 0));
    const judged = bars.map(({ pair, bar }, at) => {
      const flat = this.#watchOf(pair).flatline(bar.ts, movedMs);
      const one = this.#conclude(records[at]!, [...own[at]!, ...across[at]!, ...flat], bar);
      return this.pairs.isHeld(pair) ? held(one) : one;
    });
    if (bars.length > 0) this.#noteSilent(bars, movedMs);
    return judged;
  }

  /** Judges one print; all of them up to `closePrints` are one record of their pair. */
  judgePrint(pair: QualityPair, print: TradeEvent): Judged {
    const record = printRecord(pair, print);
    this.#clocks.note(record.venue, print.ts_event, print.ts_recv);
    // How late they are is a matter of the newest: a venue that closes a hole sends older ones with it.
    const found = this.#judge({ ...record, staleAfterMs: null }, () => {
      return this.#seriesOf(pair, 'trades', 'price').judge('price', print.price);
    });
    const open = this.#prints.get(keyOf(pair));
    if (open === undefined) this.#prints.set(keyOf(pair), { newest: print, findings: [...found] });
    else {
      if (print.ts_event > open.newest.ts_event) open.newest = print;
      open.findings.push(...found);
    }
    return this.#outcome(record, found, print);
  }

  /** Prints of a pair leave together. */
  closePrints(pair: QualityPair): void {
    const open = this.#prints.get(keyOf(pair));
    if (open === undefined) return;
    this.#prints.delete(keyOf(pair));
    const record = printRecord(pair, open.newest);
    const late = timeFindings(record, null).filter(({ check }) => check === 'stale');
    this.#conclude(record, [...open.findings, ...late], null);
  }

  /** Judges what is told of a derivative. What its source says is missing is nothing wrong. */
  judgeSample(pair: QualityPair, event: DerivativeEvent | TakerVolumeEvent): Judged {
    if (event.quality === 'missing' || isUnproven(event)) return FINE;
    const begun = `${event.type} ${keyOf(pair)}`;
    const record = sampleRecord(pair, event);
    const isFirst = !this.#begun.has(begun);
    this.#begun.add(begun);
    const judged = isFirst ? { ...record, staleAfterMs: null } : record;
    return this.#conclude(
      judged,
      this.#judge(judged, () => this.#anomalies(record, event.type)),
      event,
    );
  }

  /** A book at a whole second: a wide spread is told and fails nothing. */
  noteSpread(pair: QualityPair, spreadBps: number | null): void {
    const watch = this.#spreads.get(keyOf(pair)) ?? new SpreadWatch();
    this.#spreads.set(keyOf(pair), watch);
    this.#noteWarnings(pair, 'micro_1s', watch.judge(spreadBps));
  }

  /** What is to be told on `data-quality` at `nowMs`. */
  messages(nowMs: number): readonly QualityMessage[] {
    const messages = [...this.#messages, ...this.#verdicts.due(nowMs)];
    this.#messages = [];
    return messages;
  }

  /** Schema, type and times; only what passes them gets into windows, where `anomalies` looks. */
  #judge(record: LiveRecord, anomalies: () => readonly QualityFinding[]): readonly QualityFinding[] {
    const times = timeFindings(record, this.#clocks.driftMs(record.venue));
    const found = [...shapeFindings(record, this.#options.venues), ...times];
    return found.some(isRejecting) ? found : [...found, ...anomalies()];
  }

  #anomalies({ pair, prices, numbers }: LiveRecord, type: string): readonly QualityFinding[] {
    // Forced orders are few and far apart, and one price says nothing of the next.
    if (type === 'liquidation') return [];
    return prices.flatMap((field) => this.#seriesOf(pair, type, field).judge(field, numbers[field]));
  }

  /** Pairs that have no bar while others have, and for long. */
  #noteSilent(bars: readonly PairBar[], movedMs: number): void {
    const tsMs = Math.max(...bars.map(({ bar }) => bar.ts));
    const seen = new Set(bars.map(({ pair }) => keyOf(pair)));
    for (const [key, { pair, watch }] of this.#bars) {
      if (!seen.has(key)) this.#noteWarnings(pair, 'ohlcv_1m', watch.flatline(tsMs, movedMs));
    }
  }

  #noteWarnings(pair: QualityPair, table: string, findings: readonly QualityFinding[]): void {
    this.counters.count(table, findings);
    this.#verdicts.note(pair, table, { verdict: verdictOf(findings), score: 100, grade: 'excellent', findings });
  }

  /** Score, verdict, and what they mean for the pair. */
  #conclude(record: LiveRecord, found: readonly QualityFinding[], content: object | null): Judged {
    const { pair, table } = record;
    const scored = recordScore(record, found);
    const isWorthless = scored.score < LEAST_SCORE && !found.some(isFailing);
    const findings: readonly QualityFinding[] = isWorthless
      ? [...found, { check: 'score', level: 'fail', field: null, observed: scored.score }]
      : found;
    this.#verdicts.note(pair, table, { ...scored, verdict: verdictOf(findings), findings });
    this.counters.count(table, findings);
    this.#noteStreak(record, findings);
    return content === null ? FINE : this.#outcome(record, findings, content);
  }

  #noteStreak({ pair, table, tsRecvMs: ts }: LiveRecord, findings: readonly QualityFinding[]): void {
    const failed = [...new Set(findings.filter(isFailing).map(({ check }) => check))];
    const state = this.pairs.note(pair, table, failed, ts);
    if (state === null) return;
    if (state === 'quarantined') this.counters.countPair();
    const checks = state === 'released' ? [] : failed;
    this.#messages.push({ pair, message: { kind: 'quarantine', table, ts, state, checks } });
  }

  #outcome({ pair, table, tsRecvMs: ts }: LiveRecord, findings: readonly QualityFinding[], content: object): Judged {
    if (findings.length === 0) return FINE;
    const reasons = [...new Set(findings.map(({ check }) => check))];
    const refused = findings.find(({ check }) => check === 'not_finite');
    if (refused !== undefined) {
      const { field } = refused;
      this.#messages.push({ pair, message: { kind: 'refusal', table, ts, checks: reasons, field, text: textOf(content) } });
    }
    return { isRejected: findings.some(isRejecting), isRefused: refused !== undefined, reasons };
  }

  #watchOf(pair: QualityPair): BarWatch {
    const known = this.#bars.get(keyOf(pair)) ?? { pair, watch: new BarWatch() };
    this.#bars.set(keyOf(pair), known);
    return known.watch;
  }

  #seriesOf(pair: QualityPair, kind: string, field: string): PriceSeries {
    const key = `${kind} ${field} ${keyOf(pair)}`;
    const series = this.#prices.get(key) ?? new PriceSeries(false);
    this.#prices.set(key, series);
    return series;
  }
}

/** Forced orders of a venue that does not say whose they are: suspect, every one, and no fault of the data (market data spec §12). */
function isUnproven({ type, quality }: DerivativeEvent | TakerVolumeEvent): boolean {
  return type === 'liquidation' && quality === 'suspect';
}

/** A bar of a pair that is not believed, whatever the bar is like. */
function held(judged: Judged): Judged {
  return { ...judged, isRejected: true, reasons: [...new Set([...judged.reasons, 'pair_quarantined' as const])] };
}

function keyOf({ source, symbol }: QualityPair): string {
  return `${source} ${symbol}`;
}

/** JSON has no form for a number that is none: it is named. */
function textOf(content: object): string {
  return JSON.stringify(content, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}
