import { expect, it } from 'vitest';
import { readSources } from './source-tree.ts';

/** A call of a logger, up to what stands where the event's name belongs. */
const LOG_CALL = /\b(?:\w+\.)*(?:logger|log)\??\.(?:info|notice|warn|error)\(\s*(?:(['"`])((?:\$\{[^}]*\}|[^'"`])*)\1|(\w+))/g;

/** Loggers that hand on what they were given. */
const HANDED_ON: ReadonlySet<string> = new Set(['functions/worker/output.ts']);

const AREA_VERB = /^[a-z][a-z_]*\.[a-z][a-z_]*$/;

const calls = readSources('shared/src', 'scripts', 'functions').flatMap((file) =>
  [...file.text.matchAll(LOG_CALL)].map(([, , literal, variable]) => ({ file: file.path, literal, variable })),
);

it('names every event of the log area.verb, at every call', () => {
  expect(calls.length).toBeGreaterThan(40);
  // What a template puts in is one word of a closed set.
  const misnamed = calls.filter(({ literal }) => literal !== undefined && !AREA_VERB.test(literal.replace(/\$\{[^}]*\}/, 'x')));
  expect(misnamed).toEqual([]);
});

it('leaves no name to a variable, but where a line is handed on', () => {
  expect(calls.filter(({ file, variable }) => variable !== undefined && !HANDED_ON.has(file))).toEqual([]);
});
