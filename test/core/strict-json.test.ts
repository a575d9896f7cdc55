import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStrictJson } from '#shared/core/strict-json.ts';
import { utf8 } from '#shared/core/text-bytes.ts';

const code = (text: string | Uint8Array, limits = {}): string => {
  const result = parseStrictJson(typeof text === 'string' ? utf8(text) : text, limits);
  return result.ok ? 'accepted' : result.error.code;
};
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('strict JSON (operations spec §18, J1–J9; §20, OV-06)', () => {
  test.each([
    ['J1', '{"a":1,"a":2}', 'json_duplicate_key'],
    ['J1 escaped twin', '{"a":1,"\\u0061":2}', 'json_duplicate_key'],
    ['J2', '{"__proto__":1}', 'json_forbidden_key'],
    ['J2 escaped', '{"\\u005f_proto__":1}', 'json_forbidden_key'],
    ['J2', '{"constructor":{"prototype":1}}', 'json_forbidden_key'],
    ['J3 at the limit', nested(64), 'accepted'],
    ['J3 beyond', nested(65), 'json_too_deep'],
    ['J3 far beyond', nested(100_000), 'json_too_deep'],
    ['J5 byte-order mark', '\uFEFF{}', 'text_encoding'],
    ['J5 lone surrogate', '"\\ud800"', 'text_encoding'],
    ['J5 lone surrogate key', '{"\\udc00":1}', 'text_encoding'],
    ['J5 pair', '"\\ud83d\\ude00"', 'accepted'],
    ['J6', '{"a":NaN}', 'number_not_finite'],
    ['J6', '[-Infinity]', 'number_not_finite'],
    ['J6', '{"a":1e400}', 'number_not_finite'],
    ['J7', '{"id":9007199254740993}', 'number_unsafe'],
    ['J7 at the limit', '[9007199254740991,-9007199254740991]', 'accepted'],
    ['J8', '-0', 'number_form'],
    ['J8', '[-0.0]', 'number_form'],
    ['J8 underflow', '1e-400', 'number_form'],
    ['J9', '{}x', 'json_syntax'],
    ['J9', '', 'json_syntax'],
    ['J9', '  ', 'json_syntax'],
    ['J9 comment', '{}//', 'json_syntax'],
    ['J9 comment', '/* */{}', 'json_syntax'],
    ['J9 comma', '[1,]', 'json_syntax'],
    ['J9 comma', '{"a":1,}', 'json_syntax'],
    ['J9 leading zero', '01', 'json_syntax'],
    ['J9 plus', '+1', 'json_syntax'],
    ['J9 bare fraction', '.5', 'json_syntax'],
    ['J9 open string', '"abc', 'json_syntax'],
    ['J9 raw control', '"a\nb"', 'json_syntax'],
    ['J9 bad escape', '"\\x41"', 'json_syntax'],
    ['J9 two documents', '1 2', 'json_syntax'],
    ['J9 unclosed', '{"a":[1', 'json_syntax'],
  ])('%s %s is %s', (_, text, expected) => {
    expect(code(text)).toBe(expected);
  });

  test('J4 size cap and J5 invalid UTF-8', () => {
    expect(code('"aaaa"', { maxBytes: 5 })).toBe('input_too_large');
    expect(code(Uint8Array.of(0x22, 0xff, 0x22))).toBe('text_encoding');
    expect(code(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))).toBe('text_encoding');
  });

  test('says where', () => {
    const result = parseStrictJson(utf8('{"a":[1,{"b":NaN}]}'));
    expect(result).toMatchObject({ ok: false, error: { path: '$.a[1].b', offset: 13 } });
  });

  test('an object has no prototype', () => {
    const result = parseStrictJson(utf8('{"toString":1}'));
    expect(result.ok && Object.getPrototypeOf(result.value)).toBe(null);
  });

  test('a long string, number or array of the largest size is read or refused, not a crash', () => {
    const big = { maxBytes: 9_000_000 };
    expect(code(`"${'x'.repeat(8_000_000)}"`, big)).toBe('accepted');
    expect(code(`"${'\\n'.repeat(2_000_000)}"`, big)).toBe('accepted');
    expect(code('9'.repeat(8_000_000), big)).toBe('number_not_finite');
    expect(code(`[${'0,'.repeat(500_000)}0]`, big)).toBe('accepted');
    expect(code(' '.repeat(8_000_000), big)).toBe('json_syntax');
  });
});

describe('against the platform parser', () => {
  const sameAsPlatform = (text: string): void => {
    const ours = parseStrictJson(utf8(text));
    if (!ours.ok) return;
    expect(JSON.stringify(ours.value)).toBe(JSON.stringify(JSON.parse(text)));
  };

  test('whatever is accepted reads the same', () => {
    fc.assert(fc.property(fc.json(), sameAsPlatform), { numRuns: 500 });
  });

  test('ordinary documents are accepted', () => {
    const leaf = fc.oneof(fc.maxSafeInteger(), fc.string({ unit: 'grapheme' }), fc.boolean(), fc.constant(null));
    const key = fc.string({ unit: 'grapheme-ascii' }).filter((k) => !['__proto__', 'constructor', 'prototype'].includes(k));
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(key, tie('tree'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const parsed = parseStrictJson(utf8(text));
        expect(parsed.ok && JSON.stringify(parsed.value, null, indent)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test('broken bytes never throw and never pass where the platform refuses', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'{}[]",:\\0-1.eEuntf \n\uFEFF'.split('')), fc.boolean()), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.json(), edits, (text, changes) => {
        const broken = changes.reduce((t, [at, char, insert]) => {
          const index = at % (t.length + 1);
          return t.slice(0, index) + char + t.slice(insert ? index : index + 1);
        }, text);
        if (parseStrictJson(utf8(broken)).ok) JSON.parse(broken);
        sameAsPlatform(broken);
      }),
      { numRuns: 3_000 },
    );
  });

  test('random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        parseStrictJson(bytes);
      }),
      { numRuns: 1_000 },
    );
  });
});
