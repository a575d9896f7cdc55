import type { LiveFault, LiveFaultKind, TimedFault } from './faults/live-fault.ts';
import { LIVE_SURFACES, type LiveSurface } from './live/live-instrument.ts';
import { CALM_PROFILE, type MarketProfile } from './live/market-profile.ts';

export const SCENARIO_NAMES = ['calm', 'volatile', 'thin', 'cascade', 'depeg', 'storm', 'swapped_lsr'] as const;

export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** A weather and what goes wrong in it. */
export interface Scenario {
  readonly profile: MarketProfile;
  /** Faults at fixed times. */
  readonly faults: readonly TimedFault[];
  /** Faults without end, drawn by the seed. */
  readonly storm: boolean;
}

const MINUTE_MS = 60_000;

/** The scenarios of the market data spec §11.4. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  calm: { profile: CALM_PROFILE, faults: [], storm: false },
  volatile: {
    profile: { ...CALM_PROFILE, volatility: 5, activity: 2, spread: 2, jumpsPerHour: 12 },
    faults: [],
    storm: false,
  },
  thin: { profile: { ...CALM_PROFILE, activity: 0.4, depth: 0.1, spread: 6 }, faults: [], storm: false },
  cascade: {
    profile: { ...CALM_PROFILE, volatility: 2, activity: 2 },
    faults: [1, 11, 21, 31, 41, 51].map((minute) => at(minute, { kind: 'liquidation_cascade', surface: 'gate_futures' })),
    storm: false,
  },
  depeg: {
    profile: CALM_PROFILE,
    faults: [at(1, { kind: 'depeg', surface: 'kraken_spot', durationMs: 20 * MINUTE_MS })],
    storm: false,
  },
  storm: { profile: { ...CALM_PROFILE, volatility: 2 }, faults: [], storm: true },
  swapped_lsr: { profile: { ...CALM_PROFILE, swappedLongShort: true }, faults: [], storm: false },
};

/** What a storm throws at any venue. */
const ANY_VENUE: readonly LiveFaultKind[] = [
  'gap',
  'dup',
  'reorder',
  'corrupt_syntax',
  'ws_disconnect',
  'ws_refuse',
  'ws_half_open',
  'ws_stall',
  'ws_lag',
  'late_snapshot',
  'crossed',
  'clock_skew',
  'maintenance',
  'http_429',
  'http_5xx',
  'http_timeout',
  'http_slow',
  'http_truncated',
  'http_html',
];

/** Only where the stream proves its digits: elsewhere a changed digit cannot be seen (market data spec §10). */
const CHECKSUM_VENUE: readonly LiveFaultKind[] = ['bad_checksum', 'corrupt_digit', 'precision_change'];

/** Kinds of a storm on a surface. */
export function stormKinds(surface: LiveSurface): readonly LiveFaultKind[] {
  return surface === 'kraken_spot' ? [...ANY_VENUE, ...CHECKSUM_VENUE] : ANY_VENUE;
}

export function isScenarioName(name: string): name is ScenarioName {
  return (SCENARIO_NAMES as readonly string[]).includes(name);
}

export const STORM_SURFACES: readonly LiveSurface[] = LIVE_SURFACES;

function at(minute: number, fault: LiveFault): TimedFault {
  return { atMs: minute * MINUTE_MS, fault };
}
