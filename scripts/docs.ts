// Writes the generated pages of docs/reference. A test fails when a committed page differs from what the code says.
import { buildProgram } from './cli/program.ts';
import { referencePages } from './docs/reference-pages.ts';
import { writePages } from './docs/stale-pages.ts';

const program = buildProgram(() => undefined);
const names = [...referencePages(program).keys()];
writePages(program, names);
for (const name of names) process.stdout.write(`docs/reference/${name}\n`);
