import type { Command } from 'commander';
import { cliPage } from './cli-page.ts';
import { contractsPage } from './contracts-page.ts';
import { errorsPage } from './errors-page.ts';
import { metricsPage } from './metrics-page.ts';
import { parametersPage } from './parameters-page.ts';

/** Every generated page: file name below `docs/reference` to its text. `program` is the whole command line. */
export function referencePages(program: Command): ReadonlyMap<string, string> {
  return new Map([
    ['cli.md', cliPage(program)],
    ['contracts.md', contractsPage()],
    ['errors.md', errorsPage()],
    ['metrics.md', metricsPage()],
    ['parameters.md', parametersPage()],
  ]);
}
