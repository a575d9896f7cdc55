import type { QuantParams } from '../../contracts/quant-params.ts';
import type { QuantAlert } from '../../contracts/quant-stream.ts';
import { INSTRUMENT_PLACE as I, SYMBOL_PLACE as S, SYMBOL_TIMEFRAME_PLACE as T } from '../dictionary.ts';
import type { QuantTick } from '../engine.ts';

/** What a rule sees at a tick: its number and the threshold it must pass. NaN never passes. */
export interface AlertReading {
  readonly rule: string;
  readonly severity: QuantAlert['severity'];
  readonly value: number;
  readonly threshold: number;
  /** How long it must hold before it is an alert. */
  readonly forMs: number;
  /** Whether the value counts from above (higher is worse) or from below. */
  readonly side: 'above' | 'below';
}

/** Metrics that a symbol cannot be judged without. */
const REQUIRED = ['oi_usd', 'oi_weighted_funding', 'mid', 'taker_buy_sell_ratio'] as const;

/** The default rules of quant spec §9.1 for one symbol, read from its first timeframe. */
export function alertReadings(tick: QuantTick, index: number, limits: QuantParams['alerts']): readonly AlertReading[] {
  const { frame, layout } = tick;
  const base = layout.symbolBase[index]!;
  const ratio = frame.usable(base + S.global_ls_ratio);
  return [
    above('oi_z', 'high', Math.abs(frame.usable(layout.timeframeBase[index]![0]! + T.oi_z)), limits.oi_z),
    above('global_ls_high', 'medium', ratio, limits.ls_high),
    { ...above('global_ls_low', 'medium', ratio, limits.ls_low), side: 'below' },
    above('funding_8h', 'high', Math.abs(frame.usable(base + S.oi_weighted_funding)), limits.funding_8h),
    above('liq_intensity', 'high', frame.usable(base + S.liq_intensity_5m), limits.liq_intensity),
    { ...above('taker_check', 'medium', takerCheck(tick, index), limits.taker_check_share), forMs: limits.taker_check_ms },
    ...REQUIRED.map((metric) => missing(metric, Number.isNaN(frame.usable(base + S[metric])), limits)),
  ];
}

/** Largest distance of a venue's own taker figure from ours, as a share of ours. */
function takerCheck({ frame, layout }: QuantTick, index: number): number {
  let worst = Number.NaN;
  for (const base of layout.instrumentBase[index]!) {
    const ours = frame.usable(base + I.taker_buy_sell_ratio);
    const apart = Math.abs(frame.usable(base + I.taker_ratio_venue) / ours - 1);
    if (!(apart <= worst) && !Number.isNaN(apart)) worst = apart;
  }
  return worst;
}

function missing(metric: string, isMissing: boolean, limits: QuantParams['alerts']): AlertReading {
  const reading = above(`missing_${metric}`, 'medium', isMissing ? 1 : 0, 0.5);
  return { ...reading, forMs: limits.required_missing_ms };
}

function above(rule: string, severity: QuantAlert['severity'], value: number, threshold: number): AlertReading {
  return { rule, severity, value, threshold, forMs: 0, side: 'above' };
}
