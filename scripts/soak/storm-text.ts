import type { FaultRow } from '../../test/soak/fault-ledger.ts';
import { spreadOf } from '../../test/soak/percentiles.ts';
import { MOST_SLOPE } from '../../test/soak/run-storm.ts';
import type { StormFigures } from '../../test/soak/storm-figures.ts';
import { LIFE_STATES } from '../../test/soak/surface-life.ts';

const number = (value: number): string => value.toLocaleString('en-US');
const seconds = (ms: number | null): string => (ms === null ? '–' : (ms / 1000).toFixed(1));
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

type Row = readonly [what: string, figure: string];

/** What is printed first, and opens a section of the page. */
function summary(figures: StormFigures): readonly Row[] {
  const { witness, heap } = figures;
  const hidden = spreadOf(witness.hiddenMs);
  const at = (place: number) => (heap.length === 0 ? '–' : mebibytes(heap.at(place)!.bytes));
  return [
    ['live books compared after a message, best levels', number(witness.checks)],
    ['live books compared whole, every second', number(witness.wholeChecks)],
    ['checksums compared', number(witness.checksums)],
    ['**wrong books undetected**', `**${number(witness.undetected)}**`],
    ['wrong where no stream shows it, then found or overtaken', `${hidden.count}, longest ${seconds(hidden.max)} s`],
    ['books out of life that no fault explains', number(figures.unexplained)],
    ['messages read', number(figures.frames)],
    ['connections lost and made again', number(figures.reconnects)],
    ['books brought back to life', number(figures.resyncs)],
    ['oldest live book, against the market', listed(witness.oldestMs, (ms) => `${seconds(ms)} s`)],
    ['memory at start, after a quarter, half way, end', `${at(0)}, ${at(quarter(heap))}, ${at(half(heap))}, ${at(-1)} MiB`],
    ['slope of memory over the second half', slope(figures.heapSlopePerHour)],
    ['of which the simulator alone', slope(figures.simulatorSlopePerHour)],
    ['event log', `sha256 \`${figures.eventLogSha256}\``],
  ];
}

const LIFE_TITLES = ['surface', 'live', 'venue refuses', 'back-off', 'silent', 'syncing'];
const FAULT_TITLES = ['fault', 'surface', 'injected', 'unseen', 'no socket', 'sync', 'p50', 'p95', 'p99', 'max', 'seen as'];

/** For a terminal. */
export function stormText(figures: StormFigures): string {
  const { seed, line, durationMs, books, scenario, found } = figures;
  const head = `${scenario}, seed ${seed}, ${Math.round(durationMs / 60_000)} simulated minutes, ${books} books, ${line}`;
  const rows = summary(figures).map(
    ([what, figure]) => `  ${what.replaceAll('*', '').padEnd(56)} ${figure.replaceAll(/[*`]/g, '')}`,
  );
  const life = aligned([LIFE_TITLES, ...lifeRows(figures)], [1, 5]);
  const faults = aligned([FAULT_TITLES, ...figures.faults.map(faultCells)], [2, 9]);
  const end = found.length === 0 ? ['nothing found'] : ['FOUND:', ...found];
  return `${[head, ...rows, '', ...life, '', ...faults, '', ...end].join('\n')}\n`;
}

/** The page of the documentation: a section for every run. */
export function stormPage(runs: readonly StormFigures[], commit: string): string {
  const seeds = runs.map(({ seed }) => seed).join(' ');
  const hours = runs[0]!.durationMs / 3_600_000;
  const comparisons = runs.reduce((sum, { witness }) => sum + witness.checks + witness.wholeChecks, 0);
  const undetected = runs.reduce((sum, { witness }) => sum + witness.undetected, 0);
  return `# Storm soak

Written by \`npm run soak -- storm --hours ${hours} --seed ${seeds} --write docs/operations/storm-soak.md\`; not edited by hand.

**${undetected} wrong books undetected in ${number(comparisons)} comparisons at commit \`${commit}\`**: ${runs.length} runs of ${hours * 60} minutes of
simulated time, ${runs[0]!.books} books of Kraken, Kraken Futures, Gate spot and Gate futures each, ${runs[0]!.line}.

${runs.map(section).join('\n')}
## How to read them

- **Where the time goes.** \`venue refuses\`: no socket, and the simulator takes none. \`back-off\`: it would, and the client still waits. The wait
  doubles with every attempt up to a minute and begins anew only after a minute of life (market data spec §4.4); a storm breaks a venue's
  connections about once a minute, so that half of the losses meet a grown wait. \`silent\`: the venue's silence limit has passed, the limit after which
  a socket is given up has not. \`syncing\`: a socket is being opened, or a snapshot under way.
- **Recovery.** Seconds from the injection until each book that it cost was live again, or each poll answered again. \`unseen\`, \`no socket\` and
  \`sync\` are the medians of its three parts: until the book was lost, until the last socket was opened (0 on the same one), and from there to life.
  Every further fault on the way is in them. A fault that was not seen did no harm: its message was repeated, overtaken before it mattered, or asked
  for again; the judge looked.

## Who judges

- **Judge.** The simulator's own books. It shares no book, checksum or parser with the clients. After every message that a client has read, a book
  that the client calls live must equal the judge's as it stood with that message: ten levels and the checksum on Kraken, 25 levels elsewhere.
  Every second all live books are compared to their last level.
- **What no stream shows** (a change lost below Kraken's tenth level, a digit changed where messages are only numbered) must be found within eleven
  minutes, by the comparison with REST or because a later message overtakes it.
- **Silence.** No book is live on a socket that has been silent a second longer than the venue's limit. A message that was lost just before a quiet
  spell is noticed with the next one: that is the age above.
- **Faults.** Scenario \`storm\` on every surface, and beside it, at drawn times, what it leaves out: halts, a delisting on two venues, a lost peg, spikes
  of funding, liquidation cascades, jumps of the venue's clock, changed digits where nothing proves them. Faults of orders are not in it: nothing here
  trades.
- **Mutants.** A client that ignores the checksum, the gaps, the bridge or the silence is caught within simulated minutes (\`test/soak\`).
- **Memory** is that of simulator, clients and judge together, after a collection; the simulator alone runs again for comparison. What remains must
  stay below ${mebibytes(MOST_SLOPE)} MiB an hour: in the first hour what is bounded still fills up, above all the names of the last 2,000 prints and forced orders of
  each instrument.

## Again

| want | command |
|---|---|
| the short form, in every test run | \`npm test\` |
| another hour | \`npm run soak -- storm --seed 8\` |
| over real sockets, ten times as fast as the clock | \`npm run soak -- storm --sockets --speed 10\` |
| thirty books of a thousand levels in calm weather | \`npm run soak -- storm --scenario calm --symbols 30 --levels 1000 --only kraken_spot\` |
`;
}

function section(figures: StormFigures): string {
  const { seed, found } = figures;
  return `## Seed ${seed}

| | |
|---|---|
${marked(summary(figures))}

### Where the time goes

${table(LIFE_TITLES, lifeRows(figures))}
${found.length === 0 ? '' : `\n### Found\n\n${found.map((one) => `- \`${one}\`\n`).join('')}`}
### Faults, how they were seen, and how long it took to be well again

${table(FAULT_TITLES, figures.faults.map(faultCells))}
`;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return `| ${titles.join(' | ')} |\n|${titles.map(() => '---|').join('')}\n${marked(rows)}`;
}

function marked(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function lifeRows({ life }: StormFigures): readonly (readonly string[])[] {
  const share = (part: number): string => `${(part * 100).toFixed(1)} %`;
  return Object.entries(life).map(([surface, shares]) => [surface, ...LIFE_STATES.map((state) => share(shares[state]))]);
}

/** A fault that was only true, or not seen, cost nothing: no recovery is shown. */
function faultCells({ kind, surface, injected, recovery, parts, seen }: FaultRow): readonly string[] {
  const { p50, p95, p99, max } = recovery;
  const { unseenMs, noSocketMs, syncMs } = parts;
  const signs = Object.entries(seen).toSorted(([, a], [, b]) => b - a);
  const text = signs.map(([why, count]) => `${why} ${count}`).join(', ');
  const times = [unseenMs, noSocketMs, syncMs, p50, p95, p99, max].map(seconds);
  return [kind, surface, String(injected), ...times, text === '' ? '–' : text];
}

/** Columns of a terminal: words to the left, `figures` (first and last column) to the right. */
function aligned(rows: readonly (readonly string[])[], [first, last]: readonly [number, number]): readonly string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  const cell = (text: string, column: number): string =>
    column < first || column > last ? text.padEnd(widths[column]!) : text.padStart(widths[column]!);
  return rows.map((cells) => `  ${cells.map(cell).join('  ')}`.trimEnd());
}

function listed(values: Readonly<Record<string, number>>, text: (value: number) => string): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${text(value)}`)
    .join(', ');
}

function slope(bytesPerHour: number | null): string {
  return bytesPerHour === null ? '– (too short)' : `${mebibytes(bytesPerHour)} MiB an hour`;
}

function quarter(all: readonly unknown[]): number {
  return Math.floor((all.length - 1) / 4);
}

function half(all: readonly unknown[]): number {
  return Math.floor((all.length - 1) / 2);
}
