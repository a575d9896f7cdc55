import type { QuantParams } from '../../contracts/quant-params.ts';
import type { QuantAlert } from '../../contracts/quant-stream.ts';
import type { QuantTick } from '../engine.ts';
import { orNull } from '../finite.ts';
import { type AlertReading, alertReadings } from './alert-rules.ts';

/** What one tick changed. */
export interface AlertChanges {
  readonly raised: readonly QuantAlert[];
  readonly cleared: readonly QuantAlert[];
}

/** Life of one key: since when it passes, since when it is well below, the open alert. */
interface AlertKey {
  passesSince: number;
  calmSince: number;
  open: QuantAlert | null;
}

const NEVER = -1;

/**
 * Alerts over time (quant spec §9.1): a rule raises one alert per symbol; it is armed again after fifteen minutes below 80 % of the
 * threshold. A changed bias is told once and is never open. The newest alerts are kept, oldest first.
 */
export class AlertBoard {
  readonly #keys = new Map<string, AlertKey>();
  readonly #biases = new Map<string, string>();
  readonly #limits: (tick: QuantTick) => QuantParams['alerts'];
  #recent: QuantAlert[] = [];

  /** `limits` in force, read at every tick; default: those of the engine's parameters. */
  constructor(limits?: () => QuantParams['alerts']) {
    this.#limits = limits ?? (({ params }) => params.alerts);
  }

  /** Alerts that were raised and not cleared, in the order of their keys' first sight. */
  get open(): readonly QuantAlert[] {
    return [...this.#keys.values()].flatMap(({ open }) => (open === null ? [] : [open]));
  }

  get recent(): readonly QuantAlert[] {
    return this.#recent;
  }

  onTick(tick: QuantTick): AlertChanges {
    const raised: QuantAlert[] = [];
    const cleared: QuantAlert[] = [];
    const limits = this.#limits(tick);
    for (const index of tick.symbols.keys()) {
      for (const reading of alertReadings(tick, index, limits)) this.#onReading(tick, index, reading, limits, raised, cleared);
      this.#onBias(tick, index, raised);
    }
    this.#recent = [...this.#recent, ...raised].slice(-tick.params.alerts.kept);
    return { raised, cleared };
  }

  /** Everything that the next tick depends on, as JSON; keys that are at rest need none. */
  snapshot(): string {
    const keys = [...this.#keys].filter(([, { passesSince, open }]) => passesSince !== NEVER || open !== null);
    return JSON.stringify({ keys, biases: [...this.#biases] });
  }

  /** Goes on from a snapshot; `recent`, oldest first, is what was raised before. */
  restore(snapshot: string, recent: readonly QuantAlert[]): void {
    const { keys, biases } = JSON.parse(snapshot) as { keys: [string, AlertKey][]; biases: [string, string][] };
    this.#keys.clear();
    this.#biases.clear();
    for (const [name, key] of keys) this.#keys.set(name, key);
    for (const [symbol, label] of biases) this.#biases.set(symbol, label);
    this.#recent = [...recent];
  }

  #onReading(
    tick: QuantTick,
    index: number,
    reading: AlertReading,
    { rearm_share: share, rearm_ms: rearmMs }: QuantParams['alerts'],
    raised: QuantAlert[],
    cleared: QuantAlert[],
  ): void {
    const name = `${reading.rule}:${tick.symbols[index]!.symbol}`;
    const key = this.#keys.get(name) ?? { passesSince: NEVER, calmSince: NEVER, open: null };
    this.#keys.set(name, key);
    const now = tick.tickTs;
    const passes = isBeyond(reading, reading.threshold);
    key.passesSince = passes ? (key.passesSince === NEVER ? now : key.passesSince) : NEVER;
    const calm = !isBeyond(reading, reading.side === 'above' ? share * reading.threshold : reading.threshold / share);
    key.calmSince = calm ? (key.calmSince === NEVER ? now : key.calmSince) : NEVER;
    if (key.open === null && passes && now - key.passesSince >= reading.forMs) {
      key.open = alertOf(tick, index, reading);
      raised.push(key.open);
    } else if (key.open !== null && calm && now - key.calmSince >= rearmMs) {
      cleared.push({ ...key.open, cleared_at: now });
      key.open = null;
    }
  }

  #onBias(tick: QuantTick, index: number, raised: QuantAlert[]): void {
    const { symbol } = tick.symbols[index]!;
    const label = tick.scores.biases[index * tick.params.timeframes.length]!;
    const before = this.#biases.get(symbol);
    this.#biases.set(symbol, label);
    if (before === undefined || before === label) return;
    const reading = { rule: `bias_${before}_${label}`, severity: 'low', value: Number.NaN, threshold: Number.NaN } as const;
    raised.push({ ...alertOf(tick, index, { ...reading, forMs: 0, side: 'above' }), cleared_at: tick.tickTs });
  }
}

function isBeyond({ value, side }: AlertReading, threshold: number): boolean {
  return side === 'above' ? value > threshold : value < threshold;
}

function alertOf(tick: QuantTick, index: number, reading: AlertReading): QuantAlert {
  const { symbol } = tick.symbols[index]!;
  const key = `${reading.rule}:${symbol}`;
  return {
    id: `${key}@${tick.tickTs}`,
    key,
    rule: reading.rule,
    symbol,
    severity: reading.severity,
    value: orNull(reading.value),
    threshold: orNull(reading.threshold),
    raised_at: tick.tickTs,
    cleared_at: null,
    evidence: `${tick.tickTs}/${symbol}/${tick.params.timeframes[0]}/0`,
  };
}
