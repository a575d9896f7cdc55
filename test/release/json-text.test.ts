import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonValue, jsonFloat, jsonOrdered, jsonTree, jsonTreeOfPlain } from '#shared/core/json-tree.ts';
import { parseJsonTree } from '#shared/core/strict-json.ts';
import { prettyJson, prettyJsonBytes } from '#shared/release/json-text.ts';

describe('artifact JSON (release spec §2)', () => {
  test('indent 2, keys in the order given, no newline at the end', () => {
    const tree = jsonTree({ b: 1, a: ['x', []], c: {}, d: { e: null, f: true } });
    const text = '{\n  "b": 1,\n  "a": [\n    "x",\n    []\n  ],\n  "c": {},\n  "d": {\n    "e": null,\n    "f": true\n  }\n}';
    expect(prettyJson(tree)).toBe(text);
  });

  test('non-ASCII as is, control characters escaped', () => {
    expect(prettyJson(jsonTree('é\u{1F600}\u2028\u007f"\\/\b\f\n\r\t\u0001\u001f'))).toBe(
      '"é\u{1F600}\u2028\u007f\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f"',
    );
  });

  test('floats are marked and keep their form, integers are plain', () => {
    expect(prettyJson(jsonTree([jsonFloat(1), 1, jsonFloat(1e-5), jsonFloat(0)]))).toBe('[\n  1.0,\n  1,\n  1e-05,\n  0.0\n]');
    expect(() => jsonTree(0.5)).toThrow(expect.objectContaining({ code: 'NUMBER_NOT_ENCODABLE' }));
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, -0]) expect(() => prettyJson(jsonTree(jsonFloat(bad)))).toThrow();
    expect(() => jsonTree(-0)).toThrow();
    expect(() => jsonTree(2 ** 53)).toThrow();
  });

  test('integer-like keys keep their place in an ordered object, and are refused in a plain one', () => {
    expect(
      prettyJson(
        jsonTree(
          jsonOrdered([
            ['b', 1],
            ['1', 2],
          ]),
        ),
      ),
    ).toBe('{\n  "b": 1,\n  "1": 2\n}');
    expect(() => jsonTree({ b: 1, 1: 2 })).toThrow(expect.objectContaining({ code: 'INVARIANT' }));
  });

  test('a lone surrogate has no form', () => {
    expect(() => prettyJson(jsonTree('\ud800'))).toThrow(expect.objectContaining({ code: 'TEXT_NOT_ENCODABLE' }));
  });

  test('what is written is read back as the same tree and the same bytes', () => {
    const leaf = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0.5 : x)),
      fc.string({ unit: 'grapheme' }),
      fc.boolean(),
      fc.constant(null),
    );
    const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('tree')),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const node = jsonTreeOfPlain(value);
        const bytes = prettyJsonBytes(node);
        const parsed = parseJsonTree(bytes);
        expect(parsed).toEqual({ ok: true, value: node });
      }),
      { numRuns: 300 },
    );
  });
});
