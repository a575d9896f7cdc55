// `npm run soak -- [release|storm]`: long runs with the code of the tests, until the time is out or something is found.
import { Command } from 'commander';
import { releaseCommand } from './soak/release-command.ts';
import { stormCommand } from './soak/storm-command.ts';

const leave = (error: { readonly exitCode: number }): never => process.exit(error.exitCode === 0 ? 0 : 2);

const program = new Command('soak')
  .description('Long runs of what the tests try briefly. Without a name: release.')
  .exitOverride(leave);
program.addCommand(releaseCommand().exitOverride(leave), { isDefault: true });
program.addCommand(stormCommand().exitOverride(leave));
await program.parseAsync();
