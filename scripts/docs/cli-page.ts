import type { Command, Option } from 'commander';
import { GENERATED_NOTE, table } from './markdown.ts';

/** Every command with its arguments and options, from the definitions themselves. */
export function cliPage(program: Command): string {
  const exits = table(
    ['exit', 'meaning'],
    [
      ['0', 'done, nothing to do, or held'],
      ['1', 'refused or invalid; the reasons are listed'],
      ['2', 'wrong command line'],
      ['3', 'transient; run the same command again'],
      ['4', 'conflict or corruption; a person has to look'],
    ],
  );
  return `# Command line\n\n${GENERATED_NOTE}\n\n\`livepool <command> --help\` prints the same.\n\n${exits}\n${leaves(program, []).join('\n')}`;
}

function leaves(command: Command, path: readonly string[]): string[] {
  const here = [...path, command.name()];
  if (command.commands.length > 0) return command.commands.flatMap((child) => leaves(child, here));
  return [section(command, here.join(' '))];
}

function section(command: Command, name: string): string {
  const args = command.registeredArguments.map((arg) => (arg.required ? ` <${arg.name()}>` : ` [${arg.name()}]`)).join('');
  const rows = command.options.map((option) => [`\`${option.flags}\``, meaningOf(option), defaultText(option.defaultValue)]);
  return `## ${name}${args}\n\n${command.description()}\n\n${table(['option', 'meaning', 'default'], rows)}`;
}

function meaningOf({ description, argChoices }: Option): string {
  return argChoices === undefined ? description : `${description}: ${argChoices.join(', ')}`;
}

function defaultText(value: unknown): string {
  return value === undefined || value === false ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
