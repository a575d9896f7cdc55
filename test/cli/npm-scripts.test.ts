import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../scripts/cli/program.ts';
import { ROOT } from '../architecture/source-tree.ts';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const ownPrograms = Object.entries(scripts)
  .map(([name, line]) => ({ name, words: line.split(' ') }))
  .filter(({ words }) => words[0] === 'node');

const LIVEPOOL = 'scripts/livepool.ts';

/** The README's first command is one of these lines; a word that names no command would be a newcomer's first sight. */
describe('the npm scripts', () => {
  it.each(ownPrograms)('$name runs a file that exists and a command that is known', ({ words: [, file = '', ...command] }) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
    // Other programs have words of their own.
    if (file !== LIVEPOOL) return;
    let found: Command = buildProgram(() => {});
    for (const word of command) {
      const next = found.commands.find((candidate) => candidate.name() === word);
      expect(next, `${word} is a command of ${found.name()}`).toBeDefined();
      found = next as Command;
    }
    if (command.length > 0) expect(found.commands).toHaveLength(0);
  });
});
