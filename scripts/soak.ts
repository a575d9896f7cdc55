// `npm run soak -- --minutes N`: the fault campaign of the release protocol for as long as one likes, with the code of the tests.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { freshSoak } from './soak/run-soak.ts';
import { soakPage, soakText } from './soak/soak-text.ts';

const count = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0 is needed');
  return value;
};

const program = new Command('soak')
  .description('Crashes, races and random schedules against the release protocol, until the time is out or something is found.')
  .option('--minutes <n>', 'how long', count, 10)
  .option('--seed <n>', 'first seed of the random parts', count, Math.floor(Date.now() / 1000) % 1_000_000_000)
  .option('--threads <n>', 'worker threads', count, availableParallelism())
  .addOption(new Option('--only <part>', 'one part').choices(['crashes', 'schedules', 'model', 'differential']))
  .option('--path <path>', 'plays one schedule again, as a failure printed it; needs --seed')
  .option('--json', 'figures as JSON on stdout')
  .option('--write <file>', 'also writes the figures as a page of the documentation')
  .addHelpText(
    'after',
    '\nExit codes: 0 nothing found, 1 something found, 2 usage, 3 stopped by Ctrl-C (figures so far are printed).',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();

const options = program.opts<{
  minutes: number;
  seed: number;
  threads: number;
  only?: 'crashes' | 'schedules' | 'model' | 'differential';
  path?: string;
  json?: true;
  write?: string;
}>();
const stop = new AbortController();
let isInterrupted = false;
process.on('SIGINT', () => {
  if (isInterrupted) process.exit(3);
  isInterrupted = true;
  stop.abort();
});
const figures = await freshSoak({ ...options, signal: stop.signal, note: (line) => process.stderr.write(`${line}\n`) });
process.stdout.write(options.json === true ? `${JSON.stringify(figures, null, 2)}\n` : soakText(figures));
if (options.write !== undefined) writeFileSync(options.write, soakPage(figures));
// What is still under way after a stop has no say any more.
process.exit(figures.found.length > 0 ? 1 : isInterrupted ? 3 : 0);
