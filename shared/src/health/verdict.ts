import { HEALTH_AREAS, type HealthFinding } from '../contracts/health-finding.ts';

/** The judgement over everything that was measured, and the one line that says it (operations spec §12). */
export interface Verdict {
  readonly status: 'ok' | 'degraded' | 'fail';
  /** `OK`, `OK degraded:<area>:<reason>[,…]` or `FAIL <area>:<reason>[ (+n)]`, n being the number of other failures. */
  readonly line: string;
  /** Exit code of a command that was asked for it. */
  readonly exit: 0 | 1;
  /** Failures first, then what is degraded, each in the order of the areas; none twice. */
  readonly findings: readonly HealthFinding[];
}

/** The verdict over all findings, whatever their order. */
export function verdictOf(findings: readonly HealthFinding[]): Verdict {
  const fails = ordered(findings.filter(({ level }) => level === 'fail'));
  const failed = new Set(fails.map(nameOf));
  const degraded = ordered(findings.filter((finding) => finding.level === 'degraded' && !failed.has(nameOf(finding))));
  const [first] = fails;
  if (first !== undefined) {
    const others = fails.length === 1 ? '' : ` (+${fails.length - 1})`;
    return { status: 'fail', line: `FAIL ${nameOf(first)}${others}`, exit: 1, findings: [...fails, ...degraded] };
  }
  if (degraded.length === 0) return { status: 'ok', line: 'OK', exit: 0, findings: [] };
  return { status: 'degraded', line: `OK degraded:${degraded.map(nameOf).join(',')}`, exit: 0, findings: degraded };
}

/** By area, then by reason, so that the same findings give the same line; none twice. */
function ordered(findings: readonly HealthFinding[]): readonly HealthFinding[] {
  const unique = new Map(findings.map((finding) => [nameOf(finding), finding]));
  return [...unique.values()].sort((a, b) => {
    const apart = HEALTH_AREAS.indexOf(a.area) - HEALTH_AREAS.indexOf(b.area);
    return apart !== 0 ? apart : a.reason < b.reason ? -1 : 1;
  });
}

function nameOf({ area, reason }: HealthFinding): string {
  return `${area}:${reason}`;
}
