import type { createColors } from 'picocolors';
import type { LiveRow } from './live-board.ts';

/** A line of the board: a symbol's book and what the engine thinks of the symbol. */
export interface LiveLine {
  readonly row: LiveRow;
  readonly bias: string | null;
  readonly score: number | null;
}

export type Colours = ReturnType<typeof createColors>;

const COLUMNS = ['instrument', 'price', 'spread bps', 'imbalance', 'bias', 'score', 'book', 'age'] as const;
const WIDTHS = [26, 14, 11, 11, 9, 8, 18, 8] as const;

/** The board as a table for a terminal, one line per book. */
export function liveText(lines: readonly LiveLine[], nowMs: number, colours: Colours): string {
  const head = COLUMNS.map((name, column) => cell(name, column)).join('');
  return [colours.dim(head), ...lines.map((line) => lineText(line, nowMs, colours))].join('\n');
}

/** Facts of a line for a log: numbers as they are. */
export function liveFields({ row, bias, score }: LiveLine, nowMs: number) {
  return {
    instrument: row.instrument,
    price: midOf(row) === null ? null : Number(midOf(row)!.toPrecision(12)),
    spread_bps: rounded(spreadBps(row), 3),
    imbalance: rounded(row.imbalance, 4),
    bias,
    score: rounded(score, 4),
    book: stateOf(row),
    age_ms: row.heardMs === null ? null : nowMs - row.heardMs,
  };
}

function lineText({ row, bias, score }: LiveLine, nowMs: number, colours: Colours): string {
  const cells = [
    row.instrument,
    priceText(midOf(row)),
    numberText(spreadBps(row), 2),
    signedText(row.imbalance, 3),
    bias ?? '–',
    signedText(score, 3),
    stateOf(row),
    row.heardMs === null ? '–' : `${((nowMs - row.heardMs) / 1000).toFixed(1)} s`,
  ];
  const text = cells.map(cell).join('');
  return row.isLive ? text : colours.yellow(text);
}

function cell(text: string, column: number): string {
  const width = WIDTHS[column] ?? 0;
  const isText = column === 0 || COLUMNS[column] === 'bias' || COLUMNS[column] === 'book';
  return isText ? text.padEnd(width) : `${text.padStart(width - 2)}  `;
}

function stateOf({ isLive, reason }: LiveRow): string {
  if (isLive) return 'live';
  return reason === null ? 'connecting' : `not live: ${reason}`;
}

function midOf({ bid, ask }: LiveRow): number | null {
  return bid === null || ask === null ? null : (bid + ask) / 2;
}

function spreadBps(row: LiveRow): number | null {
  const mid = midOf(row);
  return mid === null ? null : ((row.ask! - row.bid!) / mid) * 10_000;
}

function priceText(price: number | null): string {
  if (price === null) return '–';
  return price >= 1_000 ? price.toFixed(1) : price.toPrecision(6);
}

function numberText(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}

function signedText(value: number | null, digits: number): string {
  return value === null ? '–' : `${value < 0 ? '' : '+'}${value.toFixed(digits)}`;
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}
