import { hash } from 'node:crypto';

const SCHEMA = 'quant_inputs/1';

/** What a row was computed from; `valuesText` is the canonical JSON of its sorted values. */
export interface QuantInputs {
  readonly tickTs: number;
  readonly symbol: string;
  readonly timeframe: string;
  readonly paramsHash: string;
  readonly valuesText: string;
}

/** Lower-case hex SHA-256 of the canonical JSON of a row's inputs (quant spec §6). */
export function inputsHash(inputs: QuantInputs): string {
  return hash('sha256', inputsText(inputs));
}

/** The preimage: keys sorted, no spaces. */
export function inputsText({ tickTs, symbol, timeframe, paramsHash, valuesText }: QuantInputs): string {
  return `{"params_hash":"${paramsHash}","schema":"${SCHEMA}","symbol":"${symbol}","tick_ts":${tickTs},"timeframe":"${timeframe}","values":${valuesText}}`;
}
