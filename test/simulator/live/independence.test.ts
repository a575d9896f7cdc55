import { expect, it } from 'vitest';
import { readSources } from '../../architecture/source-tree.ts';

/** One bug must not hide on both sides: what is judged and what judges share no book, checksum or parser (market data spec §11). */
it('the simulator shares no code with the clients, directly or through others', () => {
  const sources = new Map(readSources('shared/src').map((file) => [file.path, file]));
  const reached = new Set([...sources.keys()].filter((path) => path.startsWith('shared/src/simulator/')));
  for (const path of reached) {
    for (const { target, external } of sources.get(path)?.imports ?? []) if (!external) reached.add(target);
  }
  expect(reached.size).toBeGreaterThan(60);
  expect([...reached].filter((path) => !/^shared\/src\/(simulator|core)\//.test(path))).toEqual([]);
});

it('and the clients none with the simulator', () => {
  const clients = readSources('shared/src/market', 'shared/src/adapters/venues', 'shared/src/adapters/net');
  const inward = clients.flatMap((file) =>
    file.imports.filter(({ target }) => target.includes('simulator')).map(() => file.path),
  );
  expect(inward).toEqual([]);
});
