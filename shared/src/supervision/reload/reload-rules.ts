/**
 * Which way a key may move while the worker runs: `any`, or only towards the stricter side. A key that is not here needs a restart.
 */
export type ReloadRule = 'any' | 'lower' | 'higher';

/**
 * Everything that `POST /api/system/reload-config` may change (quant spec §8). A key belongs here when it is read at every use, so that a
 * change takes effect at once, and when no value that the rule lets through raises a risk: limits only tighten, evidence is only kept
 * longer and more of it. How far a duration may go at all its contract says (`contracts/worker-params.ts`). Thresholds of alerts move freely, since nothing acts on them; what a score is made of never moves. Nor does what a slip would lock
 * everybody out with: the window of a signature, the time a recovery has to prove itself, the beat of the worker itself.
 */
export const RELOADABLE: Readonly<Record<string, ReloadRule>> = {
  'worker.id': 'any',

  'worker.health.book_not_live_ms': 'lower',
  'worker.health.no_book_ms': 'lower',
  'worker.health.rest_failures': 'lower',
  'worker.health.clock_skew_degraded_ms': 'lower',
  'worker.health.clock_skew_fail_ms': 'lower',
  'worker.health.memory_degraded_pct': 'lower',
  'worker.health.memory_fail_pct': 'lower',

  'worker.recovery.cool_down_ms': 'higher',
  'worker.recovery.most_per_hour': 'lower',

  'worker.archive.features_every_ms': 'lower',
  'worker.continuity.every_ms': 'lower',
  'worker.retention.every_ms': 'lower',
  'worker.retention.log_ms': 'higher',
  'worker.retention.recoveries_ms': 'higher',
  'worker.retention.commands_ms': 'higher',

  'quant.alerts.oi_z': 'any',
  'quant.alerts.ls_high': 'any',
  'quant.alerts.ls_low': 'any',
  'quant.alerts.funding_8h': 'any',
  'quant.alerts.liq_intensity': 'any',
  'quant.alerts.taker_check_share': 'any',
  'quant.alerts.taker_check_ms': 'any',
  'quant.alerts.required_missing_ms': 'any',
  'quant.alerts.rearm_share': 'any',
  'quant.alerts.rearm_ms': 'any',
};

/** Beginnings of keys that say what a number means or whom it is believed from: more than one person decides that. */
export const RISKY: readonly string[] = [
  'quant.score.',
  'quant.bias.',
  'quant.z.',
  'quant.funding.',
  'quant.floors_usd.',
  'quant.depeg_suspect_bps',
  'quant.venue_health.',
  'quant.primary_venues',
];
