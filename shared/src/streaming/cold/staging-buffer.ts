import { rowFault } from '../../cold/check-rows.ts';
import { partitionOf } from '../../cold/partition.ts';
import { quarantineRow } from '../../cold/rejected-row.ts';
import { encodeSegment, segmentName } from '../../cold/staged-segment.ts';
import { QUARANTINE } from '../../cold/tables.ts';
import type { TableSchema } from '../../contracts/table-schema.ts';
import { invariant } from '../../core/errors.ts';
import type { ColdRow } from '../../ports/cold-store.ts';
import type { TableRow } from './envelope-rows.ts';

/** A segment that is to be created. */
export interface WaitingSegment {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** Time of its newest row by venue, ms since the epoch; rows of no venue and rejected ones tell nothing. */
  readonly newestMs: ReadonlyMap<string, number>;
  /** It was created. */
  done(): void;
  /** Nobody knows whether it was: the next try takes a name of its own, and rows that are there twice become one when sealed. */
  failed(): void;
}

/** Rows that are kept together: `kept` resolves once all their segments were created. */
interface Generation {
  readonly kept: Promise<void>;
  readonly resolve: () => void;
}

interface Group {
  readonly schema: TableSchema;
  readonly dt: string;
  readonly rows: ColdRow[];
}

/**
 * Rows between their arrival and their segment. `add` checks each against its table, a bad one becomes a row of `quarantine`;
 * `seal` turns what is there into segments, one a table and partition, whose bytes do not change any more.
 */
export class StagingBuffer {
  rejected = 0;
  readonly #writer: string;
  readonly #segments: WaitingSegment[] = [];
  #groups = new Map<string, Group>();
  #generation = newGeneration();
  #open = 0;
  #openTextLength = 0;
  #sealed = 0;
  #seq = 0;

  constructor(writer: string) {
    invariant(/^[a-z0-9-]+$/.test(writer), `${writer} cannot name a writer of segments: lower-case letters, digits and dashes`);
    this.#writer = writer;
  }

  /** Characters in the texts of rows of no segment yet: most of what those take. */
  get openTextLength(): number {
    return this.#openTextLength;
  }

  /** Rows of no segment yet. */
  get openRows(): number {
    return this.#open;
  }

  /** Rows that are in memory only. */
  get rows(): number {
    return this.#open + this.#sealed;
  }

  /** Segments to create, oldest first. */
  get segments(): readonly WaitingSegment[] {
    return this.#segments;
  }

  /** Takes rows; the promise resolves when their segments were created, and never rejects. */
  add(rows: readonly TableRow[], nowMs: number): Promise<void> {
    for (const each of rows) {
      const fault = rowFault(each.schema, each.row);
      if (fault === undefined) this.#keep(each);
      else
        this.#keep(this.#reject(each, `${fault.column}: expected ${fault.expected}, found ${fault.found}`, fault.column, nowMs));
    }
    return rows.length === 0 ? Promise.resolve() : this.#generation.kept;
  }

  seal(nowMs: number): void {
    if (this.#open === 0) return;
    const { resolve } = this.#generation;
    let left = this.#groups.size;
    for (const { schema, dt, rows: content } of this.#groups.values()) {
      // The bytes are kept, the rows are not.
      const rows = content.length;
      const nextName = (): string => segmentName(schema, dt, this.#writer, nowMs, ++this.#seq);
      const segment: WaitingSegment & { name: string } = {
        name: nextName(),
        bytes: encodeSegment(schema, content),
        rows,
        newestMs: newestOf(schema, content),
        failed: () => {
          segment.name = nextName();
        },
        done: () => {
          this.#segments.splice(this.#segments.indexOf(segment), 1);
          this.#sealed -= rows;
          left -= 1;
          if (left === 0) resolve();
        },
      };
      this.#segments.push(segment);
    }
    this.#sealed += this.#open;
    this.#open = 0;
    this.#openTextLength = 0;
    this.#groups = new Map();
    this.#generation = newGeneration();
  }

  #keep({ schema, row }: TableRow): void {
    const dt = partitionOf(schema.grain, Number(row.ts));
    const key = `${schema.table} ${dt}`;
    const group = this.#groups.get(key) ?? { schema, dt, rows: [] };
    this.#groups.set(key, group);
    group.rows.push(row);
    this.#open += 1;
    for (const value of Object.values(row)) if (typeof value === 'string') this.#openTextLength += value.length;
  }

  #reject({ schema, row }: TableRow, reason: string, field: string, nowMs: number): TableRow {
    this.rejected += 1;
    const { symbol, venue } = row;
    // JSON has no form for a number that is none: it is named.
    const text = JSON.stringify(row, (_, value: unknown) =>
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    );
    const rejection = { table: schema.table, symbol: String(symbol ?? ''), venue: String(venue ?? ''), reason, field, text };
    return { schema: QUARANTINE, row: quarantineRow(rejection, nowMs) };
  }
}

function newestOf(schema: TableSchema, rows: readonly ColdRow[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  if (schema === QUARANTINE) return newest;
  for (const { venue, ts } of rows) {
    if (typeof venue === 'string' && Number(ts) > (newest.get(venue) ?? 0)) newest.set(venue, Number(ts));
  }
  return newest;
}

function newGeneration(): Generation {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { kept: promise, resolve };
}
