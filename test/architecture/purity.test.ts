import { describe, expect, it } from 'vitest';
import { readSources, type SourceFile } from './source-tree.ts';

const domain = readSources('shared/src').filter((file) => !file.path.startsWith('shared/src/adapters/'));

/** What domain code gets as an argument instead of reaching for it. */
const AMBIENT: readonly (readonly [string, RegExp])[] = [
  ['the clock', /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/],
  ['chance', /\bMath\.random\(|\brandomBytes\(|\brandomUUID\(/],
  ['the environment', /\bprocess\.(env|argv|cwd|platform)\b/],
  ['a locale', /\.toLocale[A-Z]\w*\(|\bIntl\.|\.localeCompare\(/],
  ['a timer', /\bsetTimeout\(|\bsetInterval\(/],
  ['the console', /\bconsole\./],
  // Their last bit differs between machines and versions (decision 4); + − × ÷ √ are exact.
  ['a function of libm', /\bMath\.(a?sinh?|a?cosh?|a?tanh?|atan2|cbrt|exp|expm1|hypot|log|log1p|log2|log10|pow)\(/],
];

describe('domain code', () => {
  it.each(AMBIENT)('does not reach for %s', (_what, pattern) => {
    expect(domain.filter((file) => pattern.test(withoutComments(file))).map((file) => file.path)).toEqual([]);
  });

  it('never chooses behaviour by the name of a parameter set', () => {
    const byName = /\bparams\.id\s*[!=]==|switch\s*\(\s*params\.(id|mode)\s*\)|\bparams\.mode\s*[!=]==/;
    expect(domain.filter((file) => byName.test(withoutComments(file))).map((file) => file.path)).toEqual([]);
  });
});

describe('file names', () => {
  it('are kebab-case and say what they hold', () => {
    const bad = readSources('shared/src', 'scripts', 'functions', 'test')
      .map((file) => file.path)
      .filter(
        (path) =>
          !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/.test(path.split('/').at(-1) ?? '') ||
          /\b(utils?|helpers?|manager|misc|common)\b/.test(path),
      );
    expect(bad).toEqual([]);
  });
});

function withoutComments(file: SourceFile): string {
  return file.text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');
}
