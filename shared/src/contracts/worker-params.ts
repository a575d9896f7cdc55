import { z } from 'zod';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration from `least` to `most`: what lies beyond is a slip of the pen, at a start as well as at a reload. */
const ms = (least: number, most: number) => z.number().int().min(least).max(most);
const count = z.number().int().positive();
const percent = z.number().positive().max(100);

/** How the worker keeps itself alive and judges itself, `shared/params/worker.json`. No key has a default in code. */
export const workerParamsSchema = z.strictObject({
  schema: z.literal('worker_params.v1'),
  id: z.string().regex(/^[a-z][a-z0-9_]*$/),
  /** Restarts of a crashed component (quant spec §9.2 Supervision). */
  supervision: z.strictObject({
    backoff_base_ms: ms(100, MINUTE),
    backoff_cap_ms: ms(SECOND, HOUR),
    /** A component that ran this long begins its back-off anew. */
    steady_after_ms: ms(SECOND, HOUR),
    /** So many crashes within the window and it is given up. */
    crash_limit: count,
    crash_window_ms: ms(10 * SECOND, DAY),
    /** What each stage of a stop may take (operations spec §3). */
    stop_stage_ms: ms(100, 10 * SECOND),
  }),
  /** When the process gives up, so that the platform starts it anew (quant spec §9.2). */
  exit: z.strictObject({ store_unreachable_ms: ms(10 * SECOND, HOUR), engine_failures_after_recovery: count }),
  /** Limits of the verdict (quant spec §11). */
  health: z.strictObject({
    /** How often books and polls are looked at. */
    every_ms: ms(100, 10 * SECOND),
    book_not_live_ms: ms(500, 10 * MINUTE),
    no_book_ms: ms(SECOND, HOUR),
    rest_failures: count,
    clock_skew_degraded_ms: ms(50, MINUTE),
    clock_skew_fail_ms: ms(100, 10 * MINUTE),
    memory_degraded_pct: percent,
    memory_fail_pct: percent,
  }),
  /** When the platform should restart us (operations spec §3 Liveness). */
  liveness: z.strictObject({ loop_lag_ms: ms(100, MINUTE), timer_age_ms: ms(SECOND, 10 * MINUTE) }),
  /** Feature rows of the engine go to the cold tier for ticks at multiples of this: `tick_ms` = every one, a minute for many symbols. */
  archive: z.strictObject({ features_every_ms: ms(SECOND, HOUR) }),
  /** Samples of polls and bars of minutes (quant spec §7, §9.2). */
  samples: z.strictObject({
    /** Rows that are written together, and how long fewer wait for company. */
    batch_rows: count,
    every_ms: ms(100, MINUTE),
    /** Rows that may wait; then the oldest samples go. */
    queue_rows: count,
    samples_kept_ms: ms(HOUR, 3_660 * DAY),
    /** The cold tier has what is older. */
    bars_kept_ms: ms(HOUR, 3_660 * DAY),
    prune_every_ms: ms(MINUTE, DAY),
  }),
  /** Documents `hot/…` (data platform spec §8): how often, of how many primary books (0 = none), with how many closed bars. */
  hot: z.strictObject({ every_ms: ms(SECOND, HOUR), most_books: z.number().int().nonnegative(), bars: count }),
  continuity: z.strictObject({ every_ms: ms(SECOND, HOUR), probe_every_ms: ms(SECOND, 10 * MINUTE), window_h: count }),
  /** How long documents of the worker are kept, and how often that is looked at (quant spec §7, operations spec §5). */
  retention: z.strictObject({
    every_ms: ms(MINUTE, DAY),
    log_ms: ms(DAY, 3_660 * DAY),
    recoveries_ms: ms(HOUR, 366 * DAY),
    commands_ms: ms(MINUTE, 366 * DAY),
  }),
  /** `POST /admin/recover` and the watchdog that calls the same (quant spec §9.2). */
  recovery: z.strictObject({
    signature_window_ms: ms(SECOND, 10 * MINUTE),
    cool_down_ms: ms(SECOND, HOUR),
    most_per_hour: count,
    verify_ms: ms(SECOND, 10 * MINUTE),
  }),
});

export type WorkerParams = z.infer<typeof workerParamsSchema>;
