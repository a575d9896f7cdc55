/** `npm run bundle`: every function as a self-contained folder below `dist/functions`, with sizes and cold starts. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bundle, bundleFunction, functionNames } from './bundle/bundle-function.ts';
import { bundleWorker, WORKER } from './bundle/bundle-worker.ts';
import { type ColdStart, measureColdStart } from './bundle/cold-start.ts';
import { textTable } from './cli/text-table.ts';

/** Libraries that a function should have only when it uses them: each costs megabytes. */
const SDKS = ['@google-cloud/firestore', '@google-cloud/pubsub', '@google-cloud/storage', '@google-cloud/secret-manager', 'ccxt'];

const HELP = `npm run bundle -- [function …] [--out FOLDER] [--no-start] [--json]

Builds functions into FOLDER/<name>/ (default: dist/functions), each self-contained but for functions-framework,
and describes each in FOLDER/<name>.bundle.json. The same sources give the same bytes. The worker is built into
dist/worker/, with the Dockerfile of its image.

  function …     only these, or worker; default: all of them
  --out FOLDER   where to put them
  --no-start     do not measure cold starts
  --json         print one JSON document instead of the table (npm run -s bundle -- --json)

The cold start is the time from the start of the process to the first answer, median of three, on this machine:
wall time, CPU time, most memory. No client of Google is loaded by then; a first request that uses one pays for it.
`;

const { values, positionals } = parsed();
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const all = [...functionNames(), WORKER];
const unknown = positionals.filter((name) => !all.includes(name));
if (unknown.length > 0) fail(`no function ${unknown.join(', ')}; there are ${all.join(', ')}`);
const out = resolve(values.out ?? resolve(import.meta.dirname, '..', 'dist', 'functions'));
mkdirSync(out, { recursive: true });
removeFormer();
const rows: (Bundle & { readonly cold_start: ColdStart | null })[] = [];
for (const name of positionals.length > 0 ? positionals : all) {
  process.stderr.write(`bundle: ${name} …\n`);
  if (name === WORKER) {
    rows.push({ ...(await bundleWorker(resolve(out, '..'))), cold_start: null });
    continue;
  }
  const bundle = await bundleFunction(name, out);
  rows.push({ ...bundle, cold_start: values['no-start'] ? null : await measureColdStart(name, resolve(out, name)) });
}
process.stdout.write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : `${table()}\n\n${relative('.', out) || '.'}\n`);

/** Bundles of functions that are no more; a release set names every bundle that it finds. */
function removeFormer(): void {
  const built = readdirSync(out).flatMap((file) => /^(.+)\.bundle\.json$/.exec(file)?.[1] ?? []);
  for (const name of built.filter((each) => !functionNames().includes(each))) {
    rmSync(resolve(out, name), { recursive: true, force: true });
    rmSync(resolve(out, `${name}.bundle.json`));
  }
}

function table(): string {
  const head = ['function', 'files', 'size MB', 'start ms', 'CPU ms', 'memory MB', 'SDKs', 'sha256'];
  return textTable(
    head,
    rows.map(({ name, files, bytes, cold_start: start, packages, sha256 }) => [
      name,
      String(files),
      (bytes / 1e6).toFixed(1),
      ...[start?.start_ms, start?.cpu_ms, start?.memory_mb].map((figure) => (typeof figure === 'number' ? String(figure) : '–')),
      SDKS.filter((sdk) => packages.includes(sdk))
        .map((sdk) => sdk.replace('@google-cloud/', ''))
        .join(' '),
      sha256.slice(0, 12),
    ]),
  );
}

function parsed() {
  const options = {
    out: { type: 'string' },
    'no-start': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${HELP}`);
  }
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
