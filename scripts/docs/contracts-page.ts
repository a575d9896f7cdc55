import { z } from 'zod';
import { actRequestSchema } from '#shared/contracts/act-request.ts';
import { alertMessageSchema } from '#shared/contracts/alert-message.ts';
import { artifactManifestSchema } from '#shared/contracts/artifact-manifest.ts';
import { reloadAnswerSchema } from '#shared/contracts/config-reload.ts';
import { quarantineFlagSchema } from '#shared/contracts/data-quality.ts';
import { dsseEnvelopeSchema } from '#shared/contracts/dsse-envelope.ts';
import { explainSchema } from '#shared/contracts/explain.ts';
import { headDocumentSchema } from '#shared/contracts/head-document.ts';
import { hotDocumentSchema } from '#shared/contracts/hot-document.ts';
import { lastKnownGoodSchema } from '#shared/contracts/last-known-good.ts';
import { latestUniverseSchema } from '#shared/contracts/latest-universe.ts';
import { legacyContextSchema, legacyTrendSchema } from '#shared/contracts/legacy-context.ts';
import { livePoolSchema } from '#shared/contracts/live-pool.ts';
import { livePoolLegacySchema } from '#shared/contracts/live-pool-legacy.ts';
import { logEntrySchema } from '#shared/contracts/log-entry.ts';
import { marketSampleSchema, minuteBarSchema, sourceHealthSchema } from '#shared/contracts/market-samples.ts';
import { quantFeatureRowSchema, quantSummaryRowSchema } from '#shared/contracts/quant-rows.ts';
import { quantSignalSchema } from '#shared/contracts/quant-signal.ts';
import { quantAlertSchema, regimeTransitionSchema } from '#shared/contracts/quant-stream.ts';
import { RANKING_COLUMNS } from '#shared/contracts/ranking-row.ts';
import {
  boundaryText,
  heardRegimeSchema,
  regimeMessageSchema,
  regimeProgressSchema,
  regimeSnapshotSchema,
  regimeStateSchema,
} from '#shared/contracts/regime-snapshot.ts';
import { releaseRegistrySchema } from '#shared/contracts/release-registry.ts';
import {
  monthlyReviewSchema,
  releaseStatusSchema,
  reportBundleSchema,
  shadowBuildSummarySchema,
} from '#shared/contracts/release-reports.ts';
import { releaseStatementSchema } from '#shared/contracts/release-statement.ts';
import { runManifestSchema } from '#shared/contracts/run-manifest.ts';
import { runRecordSchema } from '#shared/contracts/run-record.ts';
import { shadowManifestSchema, shadowPoolSchema } from '#shared/contracts/shadow-release.ts';
import { shadowTracksSchema } from '#shared/contracts/shadow-tracks.ts';
import { stageManifestSchema } from '#shared/contracts/stage-manifest.ts';
import { publishedMessageSchema, stageMessageSchema } from '#shared/contracts/stage-message.ts';
import { envelopeLineSchema } from '#shared/contracts/stream-envelope.ts';
import { summaryDocumentSchema } from '#shared/contracts/summary-document.ts';
import { switchStatementSchema } from '#shared/contracts/switch-statement.ts';
import { base64Text, commitText, dateText, instantText, sha256Text, symbolText } from '#shared/contracts/text-forms.ts';
import { universeStateSchema } from '#shared/contracts/universe-state.ts';
import { versionText } from '#shared/contracts/version-text.ts';
import { GENERATED_NOTE, table } from './markdown.ts';

/** The part of JSON Schema that the contracts use. */
interface Schema {
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly minLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
}

/** Heading, where it is found, and its contract. */
const CONTRACTS: readonly (readonly [name: string, where: string, schema: z.ZodType])[] = [
  ['Summary document', '`strategy/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL`', summaryDocumentSchema],
  ['live_pool.json', '`releases/<version>/`, `current/`', livePoolSchema],
  ['live_pool_legacy.json', '`releases/<version>/`, `current/`', livePoolLegacySchema],
  ['latest_universe.json', '`releases/<version>/`, `current/`', latestUniverseSchema],
  ['artifact_manifest.json', '`releases/<version>/`, `current/`', artifactManifestSchema],
  ['Release statement', 'signed, in the summary, the seal and `release.dsse.json`', releaseStatementSchema],
  ['Switch statement', 'signed, in the summary and the log', switchStatementSchema],
  ['Signed envelope', '`evidence/<version>/release.dsse.json`, `log/<publish_seq>.dsse.json`', dsseEnvelopeSchema],
  ['Seal', '`releases/<version>`, a document', releaseRegistrySchema],
  ['Log entry', '`log/<publish_seq, 10 digits>`, a document', logEntrySchema],
  ['Head', '`head/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL`, a document', headDocumentSchema],
  ['Request', '`requests/<run_key>`, a document', actRequestSchema],
  ['Run record', '`runs/<run_key>`, a document', runRecordSchema],
  ['Stage manifest', '`raw/<run_key>/`, `staging/<run_key>/`: `<stage>_manifest.json`', stageManifestSchema],
  ['Stage message', 'topics `pool-collected`, `pool-scored`, `pool-built`', stageMessageSchema],
  ['Published message', 'topic `pool-published`', publishedMessageSchema],
  ['run_manifest.json', '`evidence/<version>/`', runManifestSchema],
  ['explain.json', '`evidence/<version>/`', explainSchema],
  ['universe_state.json', '`evidence/<version>/`', universeStateSchema],
  ['Regime snapshot', '`regime/<boundary>`, `regime/latest`, documents of the pipeline database', regimeSnapshotSchema],
  ['Regime progress', '`regime_progress/<boundary>`, a document of the pipeline database', regimeProgressSchema],
  ['Regime message', 'topic `regime`', regimeMessageSchema],
  ['Regime state', 'field `state` of the regime message, as JSON text', regimeStateSchema],
  ['Heard regime', '`regimes/<boundary>`, a document of the exec database', heardRegimeSchema],
  ['Regime transition', 'stream event `regime_transition`, `/api/regime/transitions/latest`', regimeTransitionSchema],
  ['Market data envelope', 'a line of JSON; on `md-…` the payload is the data and the rest attributes', envelopeLineSchema],
  ['Quant summary row', '`quant_summary`, stream event `quant_update`', quantSummaryRowSchema],
  ['Quant feature row', '`quant_features`', quantFeatureRowSchema],
  ['Reload answer', '`POST /api/system/reload-config`', reloadAnswerSchema],
  ['Legacy context row', '`/api/context/latest`', legacyContextSchema],
  ['Legacy trend row', '`/api/context/trends`', legacyTrendSchema],
  ['Quant signal', '`quant_signals`, `/api/signals/latest`', quantSignalSchema],
  ['Quant alert', '`alerts`, stream events `alert`, `alert_cleared`', quantAlertSchema],
  ['Alert message', 'topic `alerts`', alertMessageSchema],
  ['Polled sample', '`rest_samples`', marketSampleSchema],
  ['Minute bar', '`ws_bars_1m`', minuteBarSchema],
  ['Source health', '`source_health`', sourceHealthSchema],
  ['Hot document', '`hot/<venue>_<symbol>`, a document of the exec database', hotDocumentSchema],
  ['Quarantine flag', '`quarantine/<venue>_<symbol>`, a document of the exec database', quarantineFlagSchema],
  ['Last known good', 'kept by each reader', lastKnownGoodSchema],
  ['Shadow live_pool.json', '`shadow/<track>/<version>/`', shadowPoolSchema],
  ['Shadow release_manifest.json', '`shadow/<track>/<version>/`', shadowManifestSchema],
  ['Shadow tracks', '`shared/params/shadow_tracks.json`', shadowTracksSchema],
  ['release_status_summary.json', '`reports/<kind>/<period>/`', releaseStatusSchema],
  ['monthly_shadow_build_summary.json', '`reports/<kind>/<period>/`', shadowBuildSummarySchema],
  ['monthly_review.json', '`reports/<kind>/<period>/`', monthlyReviewSchema],
  ['monthly_report_bundle.json', '`reports/<kind>/<period>/`', reportBundleSchema],
];

/** Text forms that JSON Schema cannot name. */
const FORMS = new Map<unknown, string>([
  [dateText, 'date `YYYY-MM-DD`'],
  [instantText, 'UTC instant'],
  [boundaryText, '4h boundary, UTC instant'],
  [versionText, 'version'],
  [sha256Text, 'SHA-256, 64 hex'],
  [commitText, 'commit, 40 hex'],
  [symbolText, 'symbol'],
  [base64Text, 'base64'],
]);

/** Every field of every shape that leaves a process, from the contracts themselves. */
export function contractsPage(): string {
  const sections = CONTRACTS.map(([name, where, schema]) => section(name, where, jsonSchema(schema)));
  const columns = `## latest_ranking.csv\n\nWhere: \`releases/<version>/\`, \`current/\`. Columns in order: ${RANKING_COLUMNS.map((name) => `\`${name}\``).join(', ')}.\n`;
  return (
    `# Contracts\n\n${GENERATED_NOTE}\n\nFields and types. What they mean and how to check them: [the summary document](../contracts/summary-document.md), ` +
    `[the artifacts](../contracts/artifacts.md), [reading a release](../contracts/reading-a-release.md). ` +
    `\`[]\` is an item of a list, \`<key>\` any key of a map.\n\n${[...sections, columns].join('\n')}`
  );
}

function jsonSchema(schema: z.ZodType): Schema {
  return z.toJSONSchema(schema, {
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: json }) => {
      const form = FORMS.get(zodSchema);
      if (form !== undefined) json.title = form;
    },
  }) as Schema;
}

function section(name: string, where: string, schema: Schema): string {
  const closed =
    schema.additionalProperties === false ? 'Closed: no other fields.' : 'Open: readers ignore fields they do not know.';
  return `## ${name}\n\nWhere: ${where}. ${closed}\n\n${table(['field', 'type', 'may be absent'], rowsOf('', schema))}`;
}

function rowsOf(path: string, { properties = {}, required = [] }: Schema): string[][] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return [[`\`${here}\``, typeText(schema), required.includes(key) ? '' : 'yes'], ...innerRows(here, schema)];
  });
}

function innerRows(path: string, schema: Schema): string[][] {
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap((choice) => innerRows(path, choice));
  if (schema.items !== undefined) return innerRows(`${path}[]`, schema.items);
  const { additionalProperties: values } = schema;
  if (typeof values === 'object' && schema.properties === undefined) return innerRows(`${path}.<key>`, values);
  return rowsOf(path, schema);
}

function typeText(schema: Schema): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(' or ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeText).join(' or ');
  if (Array.isArray(schema.type)) return schema.type.map((type: string) => typeText({ ...schema, type })).join(' or ');
  if (schema.items !== undefined) return `list of ${typeText(schema.items)}`;
  switch (schema.type) {
    case 'object':
      return objectText(schema);
    case 'integer':
      return integerText(schema);
    case 'string':
      return schema.minLength === undefined ? 'text' : 'text, not empty';
    case undefined:
      return 'any';
    default:
      return String(schema.type);
  }
}

function objectText({ properties, propertyNames, additionalProperties: values }: Schema): string {
  if (properties !== undefined || typeof values !== 'object') return 'object';
  return `map of ${propertyNames === undefined ? 'text' : typeText(propertyNames)} to ${typeText(values)}`;
}

function integerText({ minimum, exclusiveMinimum }: Schema): string {
  if (exclusiveMinimum === 0 || minimum === 1) return 'integer > 0';
  return minimum === 0 ? 'integer ≥ 0' : 'integer';
}
