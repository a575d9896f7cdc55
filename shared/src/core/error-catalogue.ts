import type { ErrorKind } from './errors.ts';

/** Process exit codes of every command, in one table. */
export const EXIT = { ok: 0, refused: 1, usage: 2, transient: 3, conflict: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface CatalogueEntry {
  readonly kind: ErrorKind;
  readonly exit: ExitCode;
  readonly meaning: string;
}

/**
 * Every code that can leave the process, with the exit code that goes with it. The reference page of the docs is generated
 * from this table; a code that is missing here fails a test.
 */
export const ERROR_CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
  INVARIANT: { kind: 'bug', exit: EXIT.conflict, meaning: 'a rule of the program itself was broken; please report it' },
  UNEXPECTED: { kind: 'bug', exit: EXIT.conflict, meaning: 'an error nobody planned for; please report it with its stack' },
  INTERRUPTED: { kind: 'transient', exit: EXIT.transient, meaning: 'stopped by a signal; the same command continues' },
  NUMBER_NOT_ENCODABLE: { kind: 'bug', exit: EXIT.conflict, meaning: 'a number has no form in an artifact or statement' },
  USAGE: { kind: 'terminal', exit: EXIT.usage, meaning: 'the command line is wrong; --help shows the right form' },
};

/** Exit code for a catalogue code; an unknown code falls back to its kind. */
export function exitCodeFor(code: string, kind: ErrorKind): ExitCode {
  const entry = ERROR_CATALOGUE[code];
  if (entry !== undefined) return entry.exit;
  switch (kind) {
    case 'transient':
      return EXIT.transient;
    case 'terminal':
      return EXIT.refused;
    case 'bug':
      return EXIT.conflict;
  }
}
