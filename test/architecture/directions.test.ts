import { describe, expect, it } from 'vitest';
import { readSources, type SourceFile } from './source-tree.ts';

/**
 * Which folder of `shared/src` may import which. The whole picture: functions, scripts → adapters → ports ← domain → contracts → core.
 * A folder that is missing here fails the first test, so that a new one is a decision and not an accident.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  contracts: ['core'],
  ports: ['core', 'contracts', 'market'],
  market: ['core', 'contracts', 'ports'],
  cold: ['core', 'contracts', 'ports', 'market'],
  pool: ['core', 'contracts', 'ports', 'market'],
  quant: ['core', 'contracts', 'ports', 'market', 'supervision'],
  release: ['core', 'contracts', 'ports'],
  pipeline: ['core', 'contracts', 'ports', 'market', 'cold', 'pool', 'release', 'shadow'],
  shadow: ['core', 'contracts', 'ports', 'market', 'pool', 'release'],
  reports: ['core', 'contracts', 'ports', 'release', 'shadow'],
  health: ['core', 'contracts', 'ports', 'release'],
  signals: ['core', 'contracts', 'ports', 'market'],
  simulator: ['core'],
  supervision: ['core', 'contracts', 'ports'],
  streaming: ['core', 'contracts', 'ports', 'market', 'cold', 'supervision'],
  adapters: ['core', 'contracts', 'ports', 'market', 'cold', 'simulator', 'supervision'],
};

const shared = readSources('shared/src');

describe('import directions', () => {
  it('knows every folder of shared/src', () => {
    const folders = new Set(shared.map(folderOf));
    expect([...folders].filter((folder) => MAY_IMPORT[folder] === undefined)).toEqual([]);
  });

  it('lets every folder import only what the table allows', () => {
    expect(
      shared.flatMap((file) =>
        file.imports.filter((i) => !i.external && !allowed(file, i.target)).map((i) => arrow(file, i.target)),
      ),
    ).toEqual([]);
  });

  it('keeps scripts and functions out of the library', () => {
    const outward = shared.flatMap((file) =>
      file.imports.filter((i) => /^(scripts|functions|test)\//.test(i.target)).map((i) => arrow(file, i.target)),
    );
    expect(outward).toEqual([]);
  });

  it('imports SDKs, sockets and files only in adapters', () => {
    const pure = /^(node:(crypto|zlib|buffer)|zod)$/;
    const impure = shared
      .filter((file) => folderOf(file) !== 'adapters')
      .flatMap((file) => file.imports.filter((i) => i.external && !pure.test(i.target)).map((i) => arrow(file, i.target)));
    expect(impure).toEqual([]);
  });

  it('imports ccxt in adapters/ccxt only', () => {
    const elsewhere = shared
      .filter((file) => !file.path.startsWith('shared/src/adapters/ccxt/'))
      .filter((file) => file.imports.some((i) => i.target === 'ccxt'));
    expect(elsewhere.map((file) => file.path)).toEqual([]);
  });
});

function folderOf(file: SourceFile): string {
  return file.path.split('/')[2] ?? '';
}

function allowed(file: SourceFile, target: string): boolean {
  const from = folderOf(file);
  const to = target.startsWith('shared/src/') ? (target.split('/')[2] ?? '') : target;
  return to === from || target.startsWith('shared/params/') || (MAY_IMPORT[from] ?? []).includes(to);
}

function arrow(file: SourceFile, target: string): string {
  return `${file.path} -> ${target}`;
}
