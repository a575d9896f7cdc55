import { hash } from 'node:crypto';

const SCHEMA = 'quant_inputs/1';
/** Bytes kept free before the values for what stands there. */
const HEAD_ROOM = 1024;
/** Bytes of a UTF-16 code unit in UTF-8, at most. */
const MOST_BYTES = 3;

/** Whose inputs they are. */
export interface InputsOwner {
  readonly tickTs: number;
  readonly symbol: string;
  readonly timeframe: string;
  readonly paramsHash: string;
}

/** What a row was computed from; `valuesText` is the canonical JSON of its sorted values. */
export interface QuantInputs extends InputsOwner {
  readonly valuesText: string;
}

/** Lower-case hex SHA-256 of the canonical JSON of a row's inputs (quant spec §6). */
export function inputsHash(inputs: QuantInputs): string {
  return hash('sha256', inputsText(inputs));
}

/** The preimage: keys sorted, no spaces. */
export function inputsText(inputs: QuantInputs): string {
  return `${headText(inputs)}${inputs.valuesText}}`;
}

/**
 * Hashes of rows that share their values, as the timeframes of a symbol do: the values become bytes once, and the head of each row
 * is written right before them.
 */
export class InputsHasher {
  #bytes = Buffer.alloc(8 * HEAD_ROOM);
  #end = HEAD_ROOM;

  /** Takes the values of the next rows. */
  take(valuesText: string): void {
    const most = HEAD_ROOM + MOST_BYTES * valuesText.length + 1;
    if (most > this.#bytes.length) this.#bytes = Buffer.alloc(2 * most);
    this.#end = HEAD_ROOM + this.#bytes.write(`${valuesText}}`, HEAD_ROOM);
  }

  /** The same as `inputsHash` with the values last taken. */
  of(owner: InputsOwner): string {
    const head = headText(owner);
    const from = HEAD_ROOM - Buffer.byteLength(head);
    if (from < 0) return inputsHash({ ...owner, valuesText: this.#bytes.toString('utf8', HEAD_ROOM, this.#end - 1) });
    this.#bytes.write(head, from);
    return hash('sha256', this.#bytes.subarray(from, this.#end));
  }
}

function headText({ tickTs, symbol, timeframe, paramsHash }: InputsOwner): string {
  return `{"params_hash":"${paramsHash}","schema":"${SCHEMA}","symbol":"${symbol}","tick_ts":${tickTs},"timeframe":"${timeframe}","values":`;
}
