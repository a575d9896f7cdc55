import { expect, it } from 'vitest';
import { ERROR_CATALOGUE } from '#shared/core/error-catalogue.ts';
import { readSources } from './source-tree.ts';

const THROWN = /new LivepoolError\(\s*'([A-Z0-9_]+)'\s*,\s*'(transient|terminal|bug)'/g;

it('lists every error code that is thrown, with the kind it is thrown with', () => {
  const thrown = readSources('shared/src', 'scripts', 'functions').flatMap((file) =>
    [...file.text.matchAll(THROWN)].map((match) => ({ file: file.path, code: match[1] ?? '', kind: match[2] ?? '' })),
  );
  expect(thrown.length).toBeGreaterThan(0);
  expect(thrown.filter(({ code }) => ERROR_CATALOGUE[code] === undefined)).toEqual([]);
  expect(thrown.filter(({ code, kind }) => ERROR_CATALOGUE[code]?.kind !== kind)).toEqual([]);
});
