import { alignColumns, signedNumber } from './align-columns.ts';
import type { Change, PoolDiff } from './diff-pools.ts';

/** A difference as text for a terminal. */
export function diffPoolsText(diff: PoolDiff): string {
  const { from, to, regime } = diff;
  return [
    `${from.asOfDate} ${from.mode} (${from.paramsId}) → ${to.asOfDate} ${to.mode} (${to.paramsId})`,
    diff.sameParams ? 'same parameters' : 'other parameters: scores are not comparable one to one',
    regime.from === regime.to ? `regime ${regime.to} as before` : `regime ${regime.from} → ${regime.to}`,
    '',
    ...changeLines('came into the pool', diff.came, 'was'),
    ...changeLines('went out of the pool', diff.went, 'now'),
    ...changeLines('entered the universe', diff.universeEntered, 'was'),
    ...changeLines('left the universe', diff.universeLeft, 'now'),
    ...moveLines(diff),
  ].join('\n');
}

function changeLines(title: string, changes: readonly Change[], tense: string): string[] {
  if (changes.length === 0) return [`${title}: none`];
  return [`${title}:`, ...changes.map(({ symbol, elsewhere }) => `  ${symbol} (${tense} ${elsewhere})`)];
}

function moveLines({ moves }: PoolDiff): string[] {
  if (moves.length === 0) return [];
  const rows = moves.map((move) => [
    `  ${move.symbol}`,
    String(move.fromRank),
    String(move.toRank),
    signedNumber(move.finalChange),
    signedNumber(move.ruleChange),
    signedNumber(move.linearChange),
    signedNumber(move.mlChange),
  ]);
  return ['', 'moves:', ...alignColumns([['  symbol', 'rank', 'to', 'final', 'rule', 'linear', 'ml'], ...rows])];
}
