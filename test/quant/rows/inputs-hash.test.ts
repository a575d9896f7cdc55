import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputsHasher, inputsHash } from '#shared/quant/rows/inputs-hash.ts';

const owner = fc.record({
  tickTs: fc.nat(),
  symbol: fc.string({ unit: 'binary', maxLength: 2000 }),
  timeframe: fc.constantFrom('1m', '15m', '1h'),
  paramsHash: fc.string({ maxLength: 64 }),
});

describe('hashes of inputs', () => {
  it('are the same one by one and for all rows of a symbol', () => {
    const symbols = fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 9000 }), fc.array(owner, { maxLength: 4 })));
    fc.assert(
      fc.property(symbols, (session) => {
        const hasher = new InputsHasher();
        for (const [valuesText, owners] of session) {
          hasher.take(valuesText);
          for (const each of owners) expect(hasher.of(each)).toBe(inputsHash({ ...each, valuesText }));
        }
      }),
    );
  });
});
