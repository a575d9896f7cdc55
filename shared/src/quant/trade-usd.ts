import type { InstrumentSeat } from './instrument-seat.ts';

/** US dollars of an amount of an instrument: base × price, or contracts × contract size; NaN in a currency we do not convert. */
export function tradeUsd({ spec, dollars }: InstrumentSeat, price: number, qty: number, unit: 'base' | 'contracts'): number {
  const { settle, contract_size: contractSize } = spec;
  if (dollars === 'none') return Number.NaN;
  if (unit === 'base') return price * qty;
  return settle === 'inverse' ? qty * contractSize : qty * contractSize * price;
}
