import type { FaultRow } from '../../test/soak/fault-ledger.ts';
import { spreadOf } from '../../test/soak/percentiles.ts';
import { MOST_SLOPE } from '../../test/soak/run-storm.ts';
import type { StormFigures } from '../../test/soak/storm-figures.ts';

const number = (value: number): string => value.toLocaleString('en-US');
const seconds = (ms: number | null): string => (ms === null ? '–' : (ms / 1000).toFixed(1));
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

type Row = readonly [what: string, figure: string];

/** What is printed first, and opens the page. */
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
    ['share of time live', shares(figures.liveShare)],
    ['oldest live book, against the market', listed(witness.oldestMs, (ms) => `${seconds(ms)} s`)],
    ['memory at start, after a quarter, half way, end', `${at(0)}, ${at(quarter(heap))}, ${at(half(heap))}, ${at(-1)} MiB`],
    ['slope of memory over the second half', slope(figures.heapSlopePerHour)],
    ['of which the simulator alone', slope(figures.simulatorSlopePerHour)],
    ['event log', `sha256 \`${figures.eventLogSha256}\``],
  ];
}

/** For a terminal. */
export function stormText(figures: StormFigures): string {
  const { seed, line, durationMs, books, scenario, found } = figures;
  const head = `${scenario}, seed ${seed}, ${Math.round(durationMs / 60_000)} simulated minutes, ${books} books, ${line}`;
  const rows = summary(figures).map(
    ([what, figure]) => `  ${what.replaceAll('*', '').padEnd(56)} ${figure.replaceAll(/[*`]/g, '')}`,
  );
  const titles = ['fault', 'surface', 'injected', 'p50', 'p90', 'p99', 'max', 'seen as'];
  const table = [titles, ...figures.faults.map(faultCells)].map((cells) => `  ${cells.map(padded).join(' ')}`);
  const end = found.length === 0 ? ['nothing found'] : ['FOUND:', ...found];
  return `${[head, ...rows, '', ...table.map((text) => text.trimEnd()), '', ...end].join('\n')}\n`;
}

/** The page of the documentation. */
export function stormPage(figures: StormFigures, commit: string): string {
  const { seed, line, durationMs, books, found, witness } = figures;
  const minutes = Math.round(durationMs / 60_000);
  const rows = summary(figures).map((cells) => `| ${cells.join(' | ')} |`);
  const faults = figures.faults.map((row) => `| ${faultCells(row).join(' | ')} |`);
  return `# Storm soak

Written by \`npm run soak -- storm --hours ${minutes / 60} --seed ${seed} --write docs/operations/storm-soak.md\`; not edited by hand.

**${witness.undetected} wrong books undetected in ${number(witness.checks + witness.wholeChecks)} comparisons at commit \`${commit}\`**: ${minutes} minutes of
simulated time, ${books} books of Kraken, Kraken Futures, Gate spot and Gate futures, ${line}.

| | |
|---|---|
${rows.join('\n')}
${found.length === 0 ? '' : `\n## Found\n\n${found.map((one) => `- \`${one}\`\n`).join('')}`}
## Faults, how they were seen, and how long it took to be well again

Seconds from the injection until each book that it cost was live again, or each poll answered again: the venue's own outage, our back-off
(which grows, since a storm seldom leaves a connection alone for the minute that resets it) and every further fault on the way are in them. A fault
that was not seen did no harm: its message was repeated, overtaken before it mattered, or asked for again; the judge looked.

| fault | surface | injected | p50 | p90 | p99 | max | seen as |
|---|---|---|---|---|---|---|---|
${faults.join('\n')}

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
  stay below ${mebibytes(MOST_SLOPE)} MiB an hour: in the first hour bounded stores still fill up.

## Again

| want | command |
|---|---|
| the short form, in every test run | \`npm test\` |
| another hour | \`npm run soak -- storm --seed 8\` |
| over real sockets, ten times as fast as the clock | \`npm run soak -- storm --sockets --speed 10\` |
| thirty books of a thousand levels in calm weather | \`npm run soak -- storm --scenario calm --symbols 30 --levels 1000 --only kraken_spot\` |
`;
}

/** A fault that was only true, or not seen, cost nothing: no recovery is shown. */
function faultCells({ kind, surface, injected, recovery, seen }: FaultRow): readonly string[] {
  const { p50, p90, p99, max } = recovery;
  const signs = Object.entries(seen).toSorted(([, a], [, b]) => b - a);
  const text = signs.map(([why, count]) => `${why} ${count}`).join(', ');
  return [kind, surface, String(injected), ...[p50, p90, p99, max].map(seconds), text === '' ? '–' : text];
}

const WIDTHS = [20, 15, 8, 6, 6, 6, 6, 0];

function padded(cell: string, index: number): string {
  return index >= 2 && index <= 6 ? cell.padStart(WIDTHS[index]!) : cell.padEnd(WIDTHS[index] ?? 0);
}

function shares(live: Readonly<Record<string, number>>): string {
  return listed(live, (share) => `${(share * 100).toFixed(1)} %`);
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
