import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { freshSoak, type SoakPart } from './run-soak.ts';
import { aboveZero, SOAK_EXIT_CODES, type Stoppable, stoppable } from './soak-options.ts';
import { soakPage, soakText } from './soak-text.ts';

interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly threads: number;
  readonly only?: SoakPart;
  readonly path?: string;
  readonly json?: true;
  readonly write?: string;
}

/** The fault campaign of the release protocol for as long as one likes, with the code of the tests. */
export function releaseCommand(): Command {
  return new Command('release')
    .description('Crashes, races and random schedules against the release protocol, until the time is out or something is found.')
    .option('--minutes <n>', 'how long', aboveZero, 10)
    .option('--seed <n>', 'first seed of the random parts', aboveZero, Math.floor(Date.now() / 1000) % 1_000_000_000)
    .option('--threads <n>', 'worker threads', aboveZero, availableParallelism())
    .addOption(new Option('--only <part>', 'one part').choices(['crashes', 'schedules', 'model', 'differential']))
    .option('--path <path>', 'plays one schedule again, as a failure printed it; needs --seed')
    .option('--json', 'figures as JSON on stdout')
    .option('--write <file>', 'also writes the figures as a page of the documentation')
    .addHelpText('after', SOAK_EXIT_CODES)
    .action((options: Options) => stoppable((stop) => soak(options, stop)));
}

async function soak(options: Options, stop: Stoppable): Promise<number> {
  const figures = await freshSoak({ ...options, signal: stop.signal, note: stop.note });
  process.stdout.write(options.json === true ? `${JSON.stringify(figures, null, 2)}\n` : soakText(figures));
  if (options.write !== undefined) writeFileSync(options.write, soakPage(figures));
  return figures.found.length;
}
