import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEALTH_AREAS, type HealthFinding } from '#shared/contracts/health-finding.ts';
import { verdictOf } from '#shared/health/verdict.ts';

const finding: fc.Arbitrary<HealthFinding> = fc.record({
  area: fc.constantFrom(...HEALTH_AREAS),
  level: fc.constantFrom('degraded', 'fail'),
  reason: fc.constantFrom('stale', 'lease_lost', 'backlog', 'kraken_no_book', 'tick_overdue_62s'),
});

describe('the verdict', () => {
  it('says what operations spec OV-13 and the examples of quant spec §11 say', () => {
    const stale: HealthFinding = { area: 'feed', level: 'degraded', reason: 'stale' };
    const lease: HealthFinding = { area: 'worker', level: 'fail', reason: 'lease_lost' };
    const backlog: HealthFinding = { area: 'queue', level: 'fail', reason: 'backlog' };
    expect(verdictOf([])).toEqual({ status: 'ok', line: 'OK', exit: 0, findings: [] });
    expect(verdictOf([stale])).toMatchObject({ line: 'OK degraded:feed:stale', exit: 0 });
    expect(verdictOf([backlog, lease])).toMatchObject({ line: 'FAIL worker:lease_lost (+1)', exit: 1 });
    const two: readonly HealthFinding[] = [
      { area: 'feed', level: 'degraded', reason: 'liq_ratio_stale' },
      { area: 'venue', level: 'degraded', reason: 'gate_reconnecting' },
    ];
    expect(verdictOf(two).line).toBe('OK degraded:venue:gate_reconnecting,feed:liq_ratio_stale');
  });

  it('depends on what was found, not on the order, and never hides a failure', () => {
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 8 }), (findings) => {
        const verdict = verdictOf(findings);
        expect(verdictOf(findings.toReversed())).toEqual(verdict);
        expect(verdict.exit).toBe(findings.some(({ level }) => level === 'fail') ? 1 : 0);
        expect(verdict.line).toMatch(
          /^(OK|OK degraded:[a-z]+:[a-z0-9_]+(,[a-z]+:[a-z0-9_]+)*|FAIL [a-z]+:[a-z0-9_]+( \(\+[1-9]\d*\))?)$/,
        );
        const names = verdict.findings.map(({ area, reason }) => `${area}:${reason}`);
        expect(new Set(names)).toEqual(new Set(findings.map(({ area, reason }) => `${area}:${reason}`)));
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});
