import { InvalidArgumentError } from 'commander';
import { runKeyText } from '#shared/contracts/run-record.ts';
import { type CalendarDay, parseDay } from '#shared/core/calendar-day.ts';
import { parseInstant } from '#shared/core/instant.ts';
import { parseInstrumentId } from '#shared/market/instrument-id.ts';

/** `YYYY-MM-DD` → UTC day. */
export function dayOption(text: string): CalendarDay {
  const day = parseDay(text);
  if (day === undefined) throw new InvalidArgumentError('expected an existing date as YYYY-MM-DD');
  return day;
}

/** The same, as text. */
export function dateOption(text: string): string {
  dayOption(text);
  return text;
}

/** ISO 8601 UTC instant → ms since the epoch. */
export function instantOption(text: string): number {
  const ms = parseInstant(text);
  if (ms === undefined) throw new InvalidArgumentError('expected a UTC instant such as 2026-11-01T03:15:00Z');
  return ms;
}

/** 40 lower-case hex digits of a source revision. */
export function revisionOption(text: string): string {
  if (!/^[0-9a-f]{40}$/.test(text)) throw new InvalidArgumentError('expected 40 lower-case hex digits (git rev-parse HEAD)');
  return text;
}

/** Comma-separated symbols, upper-cased. */
export function symbolsOption(text: string): readonly string[] {
  const symbols = text.split(',').map((symbol) => symbol.trim().toUpperCase());
  const bad = symbols.find((symbol) => !/^[A-Z0-9]{1,20}USDT$/.test(symbol));
  if (bad !== undefined) throw new InvalidArgumentError(`'${bad}' is not a symbol such as SOLUSDT`);
  return symbols;
}

/** Comma-separated base assets, upper-cased. */
export function basesOption(text: string): readonly string[] {
  const bases = text.split(',').map((base) => base.trim().toUpperCase());
  const bad = bases.find((base) => !/^[A-Z0-9]{1,20}$/.test(base));
  if (bad !== undefined) throw new InvalidArgumentError(`'${bad}' is not a base asset such as BTC`);
  return bases;
}

/** One symbol in any usual spelling (BTCUSDT, BTC/USDT, btc_usdt) → the form in which tables hold it: BTC-USDT. */
export function storedSymbolOption(text: string): string {
  const parts = /^([A-Z0-9]{1,20})(?:[-/_]([A-Z0-9]{1,10})|(USDT|USDC|USD))$/.exec(text.trim().toUpperCase());
  const [base, quote] = [parts?.[1], parts?.[2] ?? parts?.[3]];
  if (base === undefined || quote === undefined) throw new InvalidArgumentError(`'${text}' is not a symbol such as BTC-USDT`);
  return `${base}-${quote}`;
}

/** A symbol as the quant engine names it; upper-cased. */
export function quantSymbolOption(text: string): string {
  const symbol = text.trim().toUpperCase();
  if (!/^[A-Z0-9]{1,20}-USD$/.test(symbol)) throw new InvalidArgumentError(`'${text}' is not a symbol such as BTC-USD`);
  return symbol;
}

/** Comma-separated canonical instrument ids. */
export function instrumentsOption(text: string): readonly string[] {
  const ids = text.split(',').map((id) => id.trim());
  const bad = ids.find((id) => parseInstrumentId(id) === undefined);
  if (bad !== undefined) throw new InvalidArgumentError(`'${bad}' is not an instrument such as BTC-USD.spot@kraken`);
  return ids;
}

/** A number above 0. */
export function positiveNumberOption(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected a number above 0');
  return value;
}

/** A whole number from 1. */
export function countOption(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1');
  return Number(text);
}

/** A TCP port; 0 lets the system choose. */
export function portOption(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('expected a port from 0 to 65535');
  return Number(text);
}

/** Name of a run: what stands behind `manual:` in its key. */
export function runIdOption(text: string): string {
  if (runKeyText.safeParse(`manual:${text}`).success) return text;
  throw new InvalidArgumentError('expected letters, digits, dot, dash or underscore, beginning with a letter or digit');
}

/** An http or https address. */
export function urlOption(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new InvalidArgumentError('expected a URL such as http://127.0.0.1:7080');
  }
  return text;
}
