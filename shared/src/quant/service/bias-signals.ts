import type { BiasLabel, QuantSummaryRow } from '../../contracts/quant-rows.ts';
import type { QuantSignal } from '../../contracts/quant-signal.ts';

/** The label of a row's symbol and timeframe that was told last; `place` is that of the row in its summary. */
export type LabelBefore = (row: QuantSummaryRow, place: number) => BiasLabel;

/** Labels by the newest signals of a store; one of which nothing was ever told is neutral, as at an engine's start. */
export function labelsInForce(signals: readonly QuantSignal[]): LabelBefore {
  const known = new Map(signals.map(({ symbol, timeframe, to }) => [`${symbol} ${timeframe}`, to]));
  return ({ symbol, timeframe }) => known.get(`${symbol} ${timeframe}`) ?? 'neutral';
}

/** Labels of the tick before, by the same engine: its rows have the same places. */
export function labelsOf(summary: readonly QuantSummaryRow[]): LabelBefore {
  return (_, place) => summary[place]!.bias;
}

/** One signal for each row whose label is another than the one before, in the order of the rows (quant spec §4.2, §7). */
export function biasSignals(summary: readonly QuantSummaryRow[], before: LabelBefore): readonly QuantSignal[] {
  const signals: QuantSignal[] = [];
  for (const [place, row] of summary.entries()) {
    const from = before(row, place);
    if (from !== row.bias) signals.push(signalOf(row, from));
  }
  return signals;
}

function signalOf(row: QuantSummaryRow, from: BiasLabel): QuantSignal {
  const { symbol, timeframe, tick_ts: ts } = row;
  return {
    id: `bias:${symbol}:${timeframe}@${ts}`,
    kind: 'bias',
    symbol,
    timeframe,
    from,
    to: row.bias,
    score: row.confluence_score,
    coverage: row.coverage,
    tick_ts: ts,
    evidence: `${ts}/${symbol}/${timeframe}/${row.revision}`,
  };
}
