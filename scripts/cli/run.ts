import { CommanderError } from 'commander';
import { EXIT } from '#shared/core/error-catalogue.ts';
import { buildProgram } from './program.ts';

/**
 * Runs one command line and answers its exit code. Usage errors and `--help` come from the CLI library; everything a command does
 * is reported by the command itself.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  let exit: number = EXIT.ok;
  const program = buildProgram((code) => {
    exit = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
}
