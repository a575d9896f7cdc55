import { enableCompileCache } from 'node:module';
import { onStopSignals } from '#shared/adapters/system/stop-signals.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { configOrExit, EXIT_CONFIG } from '../edge/config-or-exit.ts';
import { commandLine, HELP } from './command-line.ts';
import { workerConfigSchema } from './config.ts';

/** A stop that takes longer than this is over (operations spec §3: 8 s hard, killed at 10 s). */
const HARD_STOP_MS = 8_000;
const EXIT_STOP_OVERDUE = 71;
const EXIT_USAGE = 2;

// Type stripping and parsing cost more than the start needs; cached, they cost once a machine. A disk that is read-only has no cache.
enableCompileCache();

const [, entry = '', ...args] = process.argv;
const asked = commandLine(args);
switch (asked.run) {
  case 'worker':
    process.exit(await worker());
    break;
  case 'simulator': {
    const { simulatorChild } = await import('./simulator-child.ts');
    await simulatorChild(JSON.parse(asked.order));
    break;
  }
  case 'help':
    process.stdout.write(HELP);
    break;
  case 'nothing':
    process.stderr.write(`${asked.problem}\n`);
    process.exitCode = EXIT_USAGE;
}

async function worker(): Promise<number> {
  const config = configOrExit(workerConfigSchema, 'this worker');
  const lifetime = lifetimeOfProcess();
  try {
    const { wireWorker } = await import('./wire.ts');
    const run = await wireWorker(config, entry, lifetime);
    return await run();
  } catch (error) {
    if (!(error instanceof LivepoolError)) throw error;
    process.stderr.write(`the worker cannot run:\n  ${error.code}: ${error.message}\n`);
    return EXIT_CONFIG;
  }
}

/** Ends at the first SIGTERM, SIGINT or SIGHUP (a closed terminal); a second one, or a stop that hangs, ends the process at once. */
function lifetimeOfProcess(): AbortSignal {
  const controller = new AbortController();
  const end = (): void => process.exit(EXIT_STOP_OVERDUE);
  const stop = (): void => {
    setTimeout(end, HARD_STOP_MS).unref();
    controller.abort();
  };
  onStopSignals(stop, end);
  return controller.signal;
}
