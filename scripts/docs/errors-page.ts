import { ERROR_CATALOGUE } from '#shared/core/error-catalogue.ts';
import { GENERATED_NOTE, table } from './markdown.ts';

/** Every code that can leave the process, from the catalogue. */
export function errorsPage(): string {
  const rows = Object.entries(ERROR_CATALOGUE)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, entry]) => [`\`${code}\``, entry.kind, String(entry.exit), entry.meaning]);
  return `# Error codes\n\n${GENERATED_NOTE}\n\n${table(['code', 'kind', 'exit', 'meaning'], rows)}`;
}
