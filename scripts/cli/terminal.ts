import pc from 'picocolors';

/** Where a command speaks: results on stdout, everything else on stderr; colours and bars only on a terminal. */
export interface Terminal {
  /** Result text; with `--json` exactly one JSON document. */
  readonly out: (text: string) => void;
  /** Progress, notes and warnings for people. */
  readonly note: (text: string) => void;
  /** False once the reader of stdout is gone, so that long output may stop. */
  readonly isRead: () => boolean;
  readonly json: boolean;
  readonly interactive: boolean;
  readonly colour: ReturnType<typeof pc.createColors>;
}

/** The process's own streams. `--json` silences colour and keeps stdout machine-readable. */
export function processTerminal(options: { readonly json: boolean }): Terminal {
  const interactive = process.stderr.isTTY === true && !options.json;
  return {
    out: (text) => process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
    isRead: () => !process.stdout.destroyed,
    json: options.json,
    interactive,
    colour: pc.createColors(process.stdout.isTTY === true && !options.json && pc.isColorSupported),
  };
}
