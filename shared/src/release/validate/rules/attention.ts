import { isMonthEnd, parseDay } from '../../../core/calendar-day.ts';
import { member, normalised, textOf, textsOf } from '../json-fields.ts';
import type { ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';
import type { StrictOptions } from '../validation-options.ts';
import { poolSymbolsOf } from './pool-agreement.ts';

const MAX_REPLACED = 3;
const MAX_UNIVERSE_LOSS = 0.5;
const MIN_UNIVERSE = 10;

/** V32: a release that replaces more than 3 members, or loses more than half of the universe, waits for a second person. */
export function turnoverIsOrdinary({ pool, universe }: ReleaseWorld, { committed }: StrictOptions): readonly Violation[] {
  if (committed === undefined || pool === undefined) return [];
  const replaced = missingFrom(committed.symbols, poolSymbolsOf(pool));
  const lost = missingFrom(committed.universe, universeSymbols(universe?.root));
  const violations: Violation[] = [];
  if (replaced.length > MAX_REPLACED) {
    const message = `${replaced.length} of ${committed.symbols.length} members are replaced: ${replaced.join(', ')}`;
    violations.push({ file: pool.file, path: 'symbols', message });
  }
  if (universe !== undefined && lost.length > MAX_UNIVERSE_LOSS * committed.universe.length) {
    const message = `${lost.length} of ${committed.universe.length} symbols have left the universe`;
    violations.push({ file: universe.file, path: 'symbols', message });
  }
  return violations;
}

/** V33: nothing wrong, but worth a look. */
export function nothingNeedsAttention({ pool, universe }: ReleaseWorld, { attention }: StrictOptions): readonly Violation[] {
  if (pool === undefined || universe === undefined) return [];
  const members = new Set(poolSymbolsOf(pool));
  const size = universeSymbols(universe.root).length;
  const asOf = parseDay((textOf(member(pool.root, 'as_of_date')) ?? '').slice(0, 10));
  const at = (path: string, message: string): Violation => ({ file: pool.file, path, message });
  const { universeStateDrift = [], findings = [], exitPending = [], revisions = 0 } = attention ?? {};
  return [
    ...(size < MIN_UNIVERSE ? [{ file: universe.file, path: 'symbols', message: `only ${size} symbols` }] : []),
    ...(asOf === undefined || isMonthEnd(asOf) ? [] : [at('as_of_date', 'not the last day of a month')]),
    ...(universeStateDrift.length > 0 ? [at('', `universe_state_drift: ${universeStateDrift.join(', ')}`)] : []),
    ...findings
      .filter(({ symbol }) => members.has(symbol))
      .map(({ symbol, code }) => at('symbols', `${symbol} has the finding ${code}`)),
    ...exitPending.filter((symbol) => members.has(symbol)).map((symbol) => at('symbols', `${symbol} is exit_pending`)),
    ...(revisions > 0 ? [at('', `${revisions} stored candles were revised`)] : []),
  ];
}

function universeSymbols(root: Parameters<typeof member>[0]): readonly string[] {
  return (textsOf(member(root, 'symbols')) ?? []).map(normalised);
}

function missingFrom(old: readonly string[], now: readonly string[]): readonly string[] {
  const present = new Set(now);
  return old.filter((symbol) => !present.has(symbol));
}
