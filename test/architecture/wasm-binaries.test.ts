import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { compileWasm, wasmSources } from '../../scripts/build-wasm.ts';

it.each(wasmSources())('ships the binary that %s compiles to', async (source) => {
  const { file, text } = await compileWasm(source);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

it('ships no binary without a source', () => {
  const binaries = globSync('shared/src/**/*-binary.ts').map((file) => basename(file, '-binary.ts'));
  expect(binaries.toSorted()).toEqual(
    wasmSources()
      .map((source) => basename(source, '.wat'))
      .toSorted(),
  );
});
