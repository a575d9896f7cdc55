import { z } from 'zod';
import { continuitySchema } from '#shared/contracts/continuity.ts';
import { marketEventSchema } from '#shared/contracts/market-events/market-event.ts';
import { quantFeatureRowSchema, quantSummaryRowSchema } from '#shared/contracts/quant-rows.ts';
import { streamMessageSchema } from '#shared/contracts/quant-stream.ts';
import { canonicalJson } from '#shared/core/canonical-json.ts';
import { sha256Hex } from '#shared/core/sha256.ts';

/** SHA-256 over everything that decides what the worker does; it holds no secrets, only the names of some. */
export function configHash(...parts: readonly unknown[]): string {
  return sha256Hex(canonicalJson(parts));
}

/** SHA-256 over the shapes of what it writes and tells. */
export function schemaHash(): string {
  const contracts = [continuitySchema, marketEventSchema, quantFeatureRowSchema, quantSummaryRowSchema, streamMessageSchema];
  return sha256Hex(canonicalJson(contracts.map((schema) => z.toJSONSchema(schema, { unrepresentable: 'any' }))));
}
