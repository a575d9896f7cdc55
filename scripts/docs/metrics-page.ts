import quantParams from '#params/quant.json' with { type: 'json' };
import { type QuantParams, quantParamsSchema } from '#shared/contracts/quant-params.ts';
import { SCORE_INPUTS } from '#shared/quant/confluence.ts';
import { METRIC_DICTIONARY, type MetricDefinition, type MetricScope } from '#shared/quant/dictionary.ts';
import { GENERATED_NOTE, table } from './markdown.ts';

const SCOPES: readonly (readonly [MetricScope, string])[] = [
  ['instrument', 'Per instrument of a venue'],
  ['instrument_timeframe', 'Per instrument and timeframe'],
  ['symbol', 'Per symbol: aggregates over venues, and what the primary venue says'],
  ['symbol_timeframe', 'Per symbol and timeframe'],
];

/** Every metric of the quant engine and the parameters of its score, from the dictionary itself. */
export function metricsPage(): string {
  const params = quantParamsSchema.parse(quantParams);
  const sections = SCOPES.map(([scope, title]) => `## ${title}\n\n${metricTable(scope)}`);
  return (
    `# Quant metrics\n\n${GENERATED_NOTE}\n\nA value is live up to twice its cadence (event-driven ones up to the stale limit), carried up to the stale ` +
    `limit, then stale; scores use live, converted and carried values only. Null in gives null out. How it works: ` +
    `[the quant engine](../concepts/quant-engine.md).\n\n${sections.join('\n')}\n${scoreSection(params)}`
  );
}

function metricTable(scope: MetricScope): string {
  const rows = METRIC_DICTIONARY.filter((metric) => metric.scope === scope).map((metric) => [
    `\`${metric.id}\`${metric.of === 'derivative' && scope === 'instrument' ? ' *' : ''}`,
    metric.unit,
    metric.definition,
    metric.nulls,
    metric.cadenceMs === 0 ? 'event' : durationText(metric.cadenceMs),
    durationText(metric.staleMs),
  ]);
  const note = scope === 'instrument' ? '\n\\* derivatives only\n' : '';
  return table(['metric', 'unit', 'definition', 'null, flags', 'cadence', 'stale after'], rows) + note;
}

function scoreSection({ score, bias }: QuantParams): string {
  const rows = SCORE_INPUTS.map((name) => [`\`${name}\``, String(score.inputs[name].scale), String(score.inputs[name].weight)]);
  return (
    `## Score\n\n${table(['input', 'scale', 'weight'], rows)}\n` +
    `Null below a coverage of ${score.min_coverage}. Bias enters at ±${bias.enter}, stays to ±${bias.stay}, turns after ` +
    `${bias.confirm_ticks} equal ticks, is unknown after ${bias.unknown_after_nulls} nulls. These are starting values, not validated alphas.\n`
  );
}

function durationText(ms: MetricDefinition['cadenceMs']): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}
