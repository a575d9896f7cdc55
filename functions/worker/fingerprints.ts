import { z } from 'zod';
import { alertMessageSchema } from '#shared/contracts/alert-message.ts';
import { continuitySchema } from '#shared/contracts/continuity.ts';
import { dataQualitySchema, quarantineFlagSchema } from '#shared/contracts/data-quality.ts';
import { hotDocumentSchema } from '#shared/contracts/hot-document.ts';
import { marketEventSchema } from '#shared/contracts/market-events/market-event.ts';
import { marketSampleSchema, minuteBarSchema, sourceHealthSchema } from '#shared/contracts/market-samples.ts';
import { quantFeatureRowSchema, quantSummaryRowSchema } from '#shared/contracts/quant-rows.ts';
import { quantSignalSchema } from '#shared/contracts/quant-signal.ts';
import { streamMessageSchema } from '#shared/contracts/quant-stream.ts';
import { heardRegimeSchema } from '#shared/contracts/regime-snapshot.ts';
import { canonicalJson } from '#shared/core/canonical-json.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import type { WorkerConfig } from './config.ts';

/**
 * Settings that say where something is, or which code runs: the same worker at another port or in another folder does the same.
 * Parameter files are hashed by what they hold. A setting that is not here counts, also one that is new.
 */
const PLACES: readonly (keyof WorkerConfig)[] = [
  'PIPELINE_HTTP_HOST',
  'PIPELINE_HTTP_PORT',
  'PIPELINE_DATA_FOLDER',
  'PIPELINE_RECORD_FOLDER',
  'PIPELINE_OPERATOR_KEY_FILE',
  'PIPELINE_REGIME_DOCUMENTS',
  'PIPELINE_WORKER_PARAMS',
  'PIPELINE_QUANT_PARAMS',
  'PIPELINE_SIMULATOR_URL',
  'PIPELINE_STORAGE_ENDPOINT',
  'PIPELINE_FIRESTORE_HOST',
  'PIPELINE_PUBSUB_HOST',
  'PIPELINE_SOURCE_REVISION',
  'PIPELINE_IMAGE_DIGEST',
];

/** SHA-256 over everything that decides what the worker does; it holds no secrets, only the names of some. */
export function configHash(config: WorkerConfig, content: Readonly<Record<string, unknown>>): string {
  const settings = Object.entries(config).filter(([name]) => !PLACES.some((place) => place === name));
  return sha256Hex(canonicalJson({ ...content, settings: Object.fromEntries(settings) }));
}

/** SHA-256 over the shapes of what it writes and tells. */
export function schemaHash(): string {
  const contracts = [
    continuitySchema,
    marketEventSchema,
    quantFeatureRowSchema,
    quantSummaryRowSchema,
    quantSignalSchema,
    heardRegimeSchema,
    streamMessageSchema,
    alertMessageSchema,
    dataQualitySchema,
    quarantineFlagSchema,
    hotDocumentSchema,
    marketSampleSchema,
    minuteBarSchema,
    sourceHealthSchema,
  ];
  return sha256Hex(canonicalJson(contracts.map((schema) => z.toJSONSchema(schema, { unrepresentable: 'any' }))));
}
