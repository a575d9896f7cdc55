import { LivepoolError } from '#shared/core/errors.ts';
import type { Check } from '#shared/health/check.ts';

/** Runs one check; what stops it is its finding, so that the next ones still run. */
export async function checkOf(
  name: string,
  look: () => Promise<readonly Check[]>,
  remedy = 'docs/operations/runbooks.md',
): Promise<readonly Check[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof LivepoolError)) throw error;
    const ownRemedy = typeof error.details.remedy === 'string' ? error.details.remedy : remedy;
    return [{ name, state: 'failed', found: `${error.code}: ${error.message}`, remedy: ownRemedy }];
  }
}

/** A check as one line, its remedy below it. */
export function checkLine({ name, state, found, remedy }: Check): string {
  return `${state.padEnd(8)} ${name.padEnd(11)} ${found}${remedy === undefined ? '' : `\n${' '.repeat(21)}→ ${remedy}`}`;
}
