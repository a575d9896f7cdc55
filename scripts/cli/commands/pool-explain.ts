import { explainSymbolText } from '#shared/pool/explain/explain-symbol-text.ts';
import type { CommandContext } from '../command.ts';
import { explainOfPath, explainOfRelease } from '../explain-source.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import type { SiteOptions } from '../program/shared-options.ts';
import { readingSite } from '../using-site.ts';

export interface ExplainOptions extends SiteOptions {
  readonly version: string | undefined;
  readonly from: string | undefined;
}

/** Why one symbol is in or out, with every number behind it. */
export async function poolExplain(
  _context: CommandContext,
  options: ExplainOptions,
  args: readonly string[],
): Promise<CommandResult> {
  const symbol = (args[0] ?? '').toUpperCase();
  const explain =
    options.from === undefined
      ? await readingSite(options, (site) => explainOfRelease(site, options.version))
      : explainOfPath(options.from);
  const text = explainSymbolText(explain, symbol);
  const found = [...explain.selected, ...explain.ranked, ...explain.excluded].find((entry) => entry.symbol === symbol);
  if (text === undefined || found === undefined) {
    const message = `${symbol} is neither in the instrument list nor in the candles of ${explain.as_of_date}`;
    return refuse([{ code: 'SYMBOL_UNKNOWN', message, details: { remedy: 'symbols look like SOLUSDT' } }]);
  }
  return succeed({ ok: true, as_of_date: explain.as_of_date, ...found }, text);
}
