import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadQuantParams } from '#shared/adapters/fs/quant-params-file.ts';
import { sqliteQuantStore } from '#shared/adapters/sqlite/quant-store.ts';
import type { Timeframe } from '#shared/contracts/quant-params.ts';
import type { MetricValue, QuantFeatureRow } from '#shared/contracts/quant-rows.ts';
import { canonicalJson } from '#shared/core/canonical-json.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { type ExplainedInput, explainScore, type ScoreExplanation } from '#shared/quant/explain/explain-score.ts';
import { storedFeatures } from '#shared/quant/service/stored-features.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { textTable } from '../text-table.ts';

export interface QuantExplainOptions {
  /** Folder of the worker's stores. */
  readonly data: string;
  readonly timeframe: Timeframe;
  /** Newest tick at or before; absent = the newest. */
  readonly at: number | undefined;
}

/** Explains one committed score: inputs, contributions, the hash over what it was made from, and why it is null. */
export async function quantExplain(
  _context: CommandContext,
  { data, timeframe, at }: QuantExplainOptions,
  [name = '']: readonly string[],
): Promise<CommandResult> {
  const symbol = name.trim().toUpperCase();
  const file = join(data, 'quant.sqlite');
  if (!existsSync(file)) return refuse([nothingThere(file)]);
  const store = sqliteQuantStore({ file });
  try {
    const row = await newestRow(storedFeatures(store), symbol, timeframe, at);
    if (row === undefined) return refuse([await notStored(store, symbol, at)]);
    const params = loadQuantParams();
    const explanation = explainScore(row, sha256Hex(canonicalJson(params)) === row.params_hash ? params : null);
    const { row: _row, ...rest } = explanation;
    return succeed({ ok: true, ...row, metrics: undefined, ...rest }, explanationText(explanation));
  } finally {
    store.close();
  }
}

type Features = ReturnType<typeof storedFeatures>;

async function newestRow(
  features: Features,
  symbol: string,
  timeframe: Timeframe,
  at: number | undefined,
): Promise<QuantFeatureRow | undefined> {
  const toMs = at === undefined ? Number.MAX_SAFE_INTEGER : at + 1;
  const { total } = await features(symbol, timeframe, 0, toMs, { cursor: 0, limit: 1 });
  if (total === 0) return undefined;
  const { rows } = await features(symbol, timeframe, 0, toMs, { cursor: total - 1, limit: 1 });
  return rows[0];
}

function nothingThere(file: string) {
  return { code: 'INPUT_INVALID', message: `${file} does not exist; run the worker once, or name its folder with --data` };
}

async function notStored(store: ReturnType<typeof sqliteQuantStore>, symbol: string, at: number | undefined) {
  const symbols = [...new Set((await store.summary()).map((row) => row.symbol))];
  const when = at === undefined ? '' : ` at or before ${new Date(at).toISOString()}`;
  const known = symbols.length === 0 ? 'no tick was committed yet' : `there are ${symbols.join(', ')}`;
  return { code: 'SYMBOL_UNKNOWN', message: `no tick of ${symbol} is stored${when}; ${known}` };
}

function explanationText({ row, score, inputs, inputsHashHolds, whyNull }: ScoreExplanation): string {
  const head = [
    `${row.symbol} ${row.timeframe} at ${new Date(row.tick_ts).toISOString()}${row.warming ? ' (warming)' : ''}`,
    `score ${numberText(score)}  bias ${row.bias}  coverage ${row.coverage.toFixed(2)}`,
    ...(whyNull === null ? [] : [`null because ${whyNull}`]),
  ];
  const table = textTable(['input', 'weight', 'scale', 'contribution', 'made of'], inputs.map(inputCells));
  const missing = inputs.flatMap((input) => input.missing.map((reason) => `  ${input.input}: ${reason}`));
  const hash = `inputs_hash ${row.inputs_hash} ${inputsHashHolds ? 'holds over the stored values' : 'DOES NOT HOLD over the stored values'}`;
  const why = missing.length === 0 ? [] : ['', 'what is missing', ...missing];
  return [...head, '', table, ...why, '', hash, `params_hash ${row.params_hash}  engine ${row.engine_version}`].join('\n');
}

function inputCells({ input, weight, scale, contribution, from }: ExplainedInput): readonly string[] {
  const parts = from.map((value) => `${value.metric} ${numberText(value.value)} (${placeText(value)})`);
  return [input, numberText(weight), numberText(scale), numberText(contribution), parts.join(', ')];
}

function placeText({ quality, venues }: MetricValue): string {
  return venues.length === 0 ? quality : `${quality}, ${venues.join(' ')}`;
}

/** Six significant digits, as people read them; `–` for null. */
function numberText(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(6)));
}
