import type { RecordedLine, RecordingForm } from './recorded-line.ts';

/** A file of a recording. */
export interface RecordedFile {
  readonly file: string;
  readonly form: RecordingForm;
  readonly lines: readonly RecordedLine[];
}

/** What one connection brought, with the REST books of the same recording among it. */
export interface RecordedConnection {
  /** Our name of it, or the file. */
  readonly name: string;
  readonly isOurs: boolean;
  readonly files: readonly string[];
  readonly lines: readonly RecordedLine[];
}

/**
 * The connections of a recording. A connection of ours is one whatever files it lies in; other recorders' files are a connection
 * each, or one for each name that their lines give. Answers of REST belong to all, at their times.
 */
export function recordedConnections(files: readonly RecordedFile[]): readonly RecordedConnection[] {
  const all = files.flatMap(({ form, lines }) => {
    const isOurs = form === 'own';
    return (isOurs ? withConnection(lines) : lines).map((line) => ({ key: keyOf(form, line), isOurs, line }));
  });
  const answers = files.filter(({ form }) => form !== 'own').flatMap(({ lines }) => lines.filter(isBookAnswer));
  const groups = [...Map.groupBy(all, ({ key }) => key)].map(([key, own]): RecordedConnection => {
    const lines = own.map(({ line }) => line);
    const { isOurs, line: first } = own[0]!;
    const names = [...new Set(lines.map(({ file }) => file))];
    const name = isOurs ? key : first.connection === '' ? first.file : `${first.file} ${first.connection}`;
    return { name, isOurs, files: names, lines: isOurs ? byFile(lines) : withAnswers(lines, answers) };
  });
  return groups.filter(({ lines }) => lines.some(({ kind }) => kind === 'recv' || kind === 'unreadable' || kind === 'gap'));
}

/** A damaged line of ours is of the connection of the lines around it. */
function withConnection(lines: readonly RecordedLine[]): readonly RecordedLine[] {
  let connection = lines.find((line) => line.connection !== '')?.connection ?? '';
  return lines.map((line) => {
    if (line.connection === '') return { ...line, connection };
    connection = line.connection;
    return line;
  });
}

function keyOf(form: RecordingForm, { file, connection }: RecordedLine): string {
  return form === 'own' && connection !== '' ? connection : `${file} ${connection}`;
}

function isBookAnswer({ kind, url }: RecordedLine): boolean {
  return kind === 'http' && /depth|order_?book/i.test(url);
}

/** Frames of a connection as they came, and the answers that lie elsewhere before the first frame that is later. */
function withAnswers(lines: readonly RecordedLine[], answers: readonly RecordedLine[]): readonly RecordedLine[] {
  const own = new Set(lines);
  const others = answers.filter((answer) => !own.has(answer)).toSorted((a, b) => (a.tsMs ?? 0) - (b.tsMs ?? 0));
  let next = 0;
  const merged = lines.flatMap((line): readonly RecordedLine[] => {
    const from = next;
    while (next < others.length && (others[next]!.tsMs ?? 0) <= (line.tsMs ?? Number.NEGATIVE_INFINITY)) next += 1;
    return [...others.slice(from, next), line];
  });
  return [...merged, ...others.slice(next)];
}

/** The files of a connection one after the other: lines of one stand as they were written, whatever the clock did. */
function byFile(lines: readonly RecordedLine[]): readonly RecordedLine[] {
  const files = [...Map.groupBy(lines, ({ file }) => file).values()];
  return files.toSorted((a, b) => firstMs(a) - firstMs(b)).flat();
}

/** A header tells the hour only. */
function firstMs(lines: readonly RecordedLine[]): number {
  return lines.find(({ kind, tsMs }) => kind !== 'header' && tsMs !== null)?.tsMs ?? 0;
}
