/** Probes of the last hours, one place each; what is not in it did not happen. */
export interface ProbeHistory {
  /** Time of the very first probe, ms since the epoch. */
  readonly firstMs: number;
  /** Numbers of the passed probes within the window, ascending: time ÷ period. */
  readonly passed: readonly number[];
}

export interface AvailabilityRules {
  readonly everyMs: number;
  readonly windowH: number;
}

export interface Availability {
  readonly window_h: number;
  readonly pct: string;
  readonly ok_probes: number;
  readonly total_probes: number;
}

/** The history with a probe of `nowMs` in it. */
export function withProbe(
  history: ProbeHistory | null,
  rules: AvailabilityRules,
  nowMs: number,
  isPassed: boolean,
): ProbeHistory {
  const slot = Math.floor(nowMs / rules.everyMs);
  const first = firstSlot(history?.firstMs ?? nowMs, rules, nowMs);
  const kept = (history?.passed ?? []).filter((each) => each >= first && each !== slot);
  return { firstMs: history?.firstMs ?? nowMs, passed: isPassed ? [...kept, slot] : kept };
}

/** What was written and what was probed since, as one history. */
export function joinedProbes(written: ProbeHistory | null, since: ProbeHistory | null): ProbeHistory | null {
  if (written === null || since === null) return written ?? since;
  const passed = [...new Set([...written.passed, ...since.passed])].sort((a, b) => a - b);
  return { firstMs: Math.min(written.firstMs, since.firstMs), passed };
}

/**
 * Passed ÷ expected probes over the window, or since the first probe where that is less long ago (quant spec §10). A probe that is
 * missing counts as failed; the running period counts once it is over or its probe is there.
 */
export function availability(history: ProbeHistory | null, rules: AvailabilityRules, nowMs: number): Availability {
  if (history === null) return { window_h: rules.windowH, pct: '0.00', ok_probes: 0, total_probes: 0 };
  const now = Math.floor(nowMs / rules.everyMs);
  const first = firstSlot(history.firstMs, rules, nowMs);
  const passed = history.passed.filter((slot) => slot >= first && slot <= now).length;
  const isRunningDone = history.passed.at(-1) === now;
  const total = now - first + (isRunningDone ? 1 : 0);
  const percent = total === 0 ? 0 : (100 * passed) / total;
  return { window_h: rules.windowH, pct: percent.toFixed(2), ok_probes: passed, total_probes: total };
}

function firstSlot(firstMs: number, { everyMs, windowH }: AvailabilityRules, nowMs: number): number {
  const windowSlots = (windowH * 3_600_000) / everyMs;
  return Math.max(Math.floor(firstMs / everyMs), Math.floor(nowMs / everyMs) - windowSlots + 1);
}
