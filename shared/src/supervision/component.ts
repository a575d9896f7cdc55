import type { HealthFinding } from '../contracts/health-finding.ts';

/**
 * Everything that the worker runs side by side. The first four are the names of `POST /admin/recover` (quant spec §9.2); the
 * rest are restarted by the supervisor alone.
 */
export const COMPONENT_NAMES = [
  'db_writer',
  'rest_collector',
  'ws_manager',
  'quant_engine',
  'event_publisher',
  'cold_writer',
  'feature_archive',
  'sample_writer',
  'hot_documents',
  'quality_keeper',
  'frame_archive',
  'frame_recorder',
  'continuity',
  'regime_watch',
  'simulator',
  'live_lines',
] as const;

export type ComponentName = (typeof COMPONENT_NAMES)[number];

/** What a component measured about itself at one instant. */
export interface ComponentFacts {
  /**
   * When it last did what it is for (a frame, an answer, a tick, a commit), ms since the epoch; null before the first time since
   * it was made. A recovery counts as done when this moves on.
   */
  readonly progressMs: number | null;
  /** By name with unit suffix, as metrics and continuity state show them: `queue_rows`, `lag_ms`, `overruns_total`; null = not measured yet. */
  readonly measured: Readonly<Record<string, number | null>>;
  /** What of it is not right; empty when all is. */
  readonly findings: readonly HealthFinding[];
}

/**
 * A part of the worker with a life of its own. Laws: `run` resolves after `signal` aborted and everything is flushed, within two
 * seconds of it · it rejects on a crash, and only then before the abort · it may be run again after it settled, with everything
 * it needs read anew · `health` is cheap, takes no I/O and may be called at any time, also before and between runs.
 */
export interface Component {
  readonly name: ComponentName;
  run(signal: AbortSignal): Promise<void>;
  health?(nowMs: number): ComponentFacts;
}
