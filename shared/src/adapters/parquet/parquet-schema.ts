import type { FileMetaData, SchemaElement } from 'hyparquet';
import type { ColumnSchema, TableSchema } from '../../contracts/table-schema.ts';
import { LivepoolError } from '../../core/errors.ts';

/** Footer schema of a table. */
export function parquetSchemaOf(schema: TableSchema): SchemaElement[] {
  return [{ name: 'root', num_children: schema.columns.length }, ...schema.columns.map(element)];
}

/** Fails with SCHEMA_MISMATCH unless a file's footer has exactly the table's columns, in order, with their types and nullability. */
export function checkFooter(schema: TableSchema, metadata: FileMetaData, name: string): void {
  const found = metadata.schema.slice(1);
  const fault = schema.columns.find((column, at) => !isElement(column, found[at]));
  if (fault === undefined && found.length === schema.columns.length) return;
  const column = fault?.name ?? found[schema.columns.length]?.name ?? '';
  const expected = fault === undefined ? 'no such column' : describe(element(fault));
  const actual = found.find((other) => other.name === column);
  const message = `${name}: column ${column}: expected ${expected}, found ${actual === undefined ? 'none' : describe(actual)}`;
  throw new LivepoolError('SCHEMA_MISMATCH', 'terminal', message, { table: schema.table, name, column });
}

function element(column: ColumnSchema): SchemaElement {
  const repetition_type = column.required ? 'REQUIRED' : 'OPTIONAL';
  switch (column.type) {
    case 'timestamp_ms': {
      const logical_type = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } as const;
      return { name: column.name, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', logical_type, repetition_type };
    }
    case 'utf8':
      return { name: column.name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type };
    case 'double':
      return { name: column.name, type: 'DOUBLE', repetition_type };
    case 'int64':
      return { name: column.name, type: 'INT64', repetition_type };
  }
}

function isElement(column: ColumnSchema, found: SchemaElement | undefined): boolean {
  return found !== undefined && describe(element(column)) === describe(found) && found.name === column.name;
}

function describe(found: SchemaElement): string {
  return `${found.repetition_type} ${found.type}${found.converted_type === undefined ? '' : ` ${found.converted_type}`}`;
}
