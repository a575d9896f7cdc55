import { describe, expect, it } from 'vitest';
import { connectionVerdict } from '#shared/market/book-sync/connection-sequence.ts';
import type { SequenceRule } from '#shared/market/book-sync/sequence-rule.ts';
import {
  binanceFuturesRule,
  binanceSpotRule,
  gateObuRule,
  gateUpdateRule,
  krakenFuturesRule,
  mexcSpotRule,
} from '#shared/market/book-sync/venue-rules.ts';

type Span = readonly [first: number, last: number, previous?: number];

/** Verdicts on a row of deltas after a snapshot, the way a book follows them. */
function follow(rule: SequenceRule, snapshotId: number, spans: readonly Span[]): string[] {
  let applied = snapshotId;
  let bridged = false;
  return spans.map(([first, last, previous = -1]) => {
    const verdict = (bridged ? rule.continues : rule.bridge)(
      { lastId: applied },
      { firstId: first, lastId: last, previousId: previous },
    );
    if (verdict === 'apply') {
      bridged = true;
      applied = last;
    }
    return verdict;
  });
}

// Vectors of market data spec §4.2.
describe('sequence rules', () => {
  it('Kraken Futures applies each number once', () => {
    const spans: Span[] = [42, 42, 43, 45].map((seq) => [seq, seq]);
    expect(follow(krakenFuturesRule, 41, spans)).toEqual(['apply', 'ignore', 'apply', 'gap']);
    expect(follow(krakenFuturesRule, 41, [[43, 43]])).toEqual(['restart']);
  });

  it('Coinbase numbers the connection', () => {
    const verdicts = [10, 11, 11, 13].map(
      ((last) => (sequence: number) => {
        const verdict = connectionVerdict(last, sequence);
        if (verdict === 'apply') last = sequence;
        return verdict;
      })(9),
    );
    expect(verdicts).toEqual(['apply', 'apply', 'ignore', 'gap']);
    expect(connectionVerdict(-1, 0)).toBe('apply');
    expect(connectionVerdict(-1, 1)).toBe('gap');
  });

  it.each([
    ['Gate', gateUpdateRule],
    ['Binance spot', binanceSpotRule],
    ['MEXC spot', mexcSpotRule],
  ])('%s bridges with the update that spans the next number', (_venue, rule) => {
    const spans: Span[] = [
      [98, 100],
      [101, 103],
      [104, 104],
      [106, 107],
    ];
    expect(follow(rule, 100, spans)).toEqual(['drop', 'apply', 'apply', 'gap']);
    expect(
      follow(rule, 100, [
        [99, 101],
        [99, 101],
        [102, 102],
      ]),
    ).toEqual(['apply', 'ignore', 'apply']);
    expect(follow(rule, 100, [[102, 103]])).toEqual(['restart']);
    expect(
      follow(rule, 100, [
        [101, 103],
        [103, 104],
      ]),
    ).toEqual(['apply', 'gap']);
  });

  it('Gate obu follows its full frame', () => {
    expect(
      follow(gateObuRule, 7, [
        [8, 9],
        [10, 10],
        [12, 12],
      ]),
    ).toEqual(['apply', 'apply', 'gap']);
  });

  it('Binance futures bridges with the update that spans the snapshot and then chains by pu', () => {
    const spans: Span[] = [
      [480, 499, 479],
      [495, 505, 494],
      [506, 510, 505],
      [515, 520, 512],
    ];
    expect(follow(binanceFuturesRule, 500, spans)).toEqual(['drop', 'apply', 'apply', 'gap']);
    expect(follow(binanceFuturesRule, 500, [[501, 502, 499]])).toEqual(['restart']);
    expect(
      follow(binanceFuturesRule, 500, [
        [495, 505, 494],
        [495, 505, 494],
      ]),
    ).toEqual(['apply', 'ignore']);
  });
});
