import { cliPage } from './cli-page.ts';
import { contractsPage } from './contracts-page.ts';
import { errorsPage } from './errors-page.ts';
import { metricsPage } from './metrics-page.ts';
import { parametersPage } from './parameters-page.ts';

/** Every generated page: file name below `docs/reference` to its text. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map([
    ['cli.md', cliPage()],
    ['contracts.md', contractsPage()],
    ['errors.md', errorsPage()],
    ['metrics.md', metricsPage()],
    ['parameters.md', parametersPage()],
  ]);
}
