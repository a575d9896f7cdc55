import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import { ENVELOPE_TYPES, type StreamEnvelope } from '#shared/contracts/stream-envelope.ts';
import { formatInstantNs, parseInstantNs } from '#shared/core/instant-ns.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { envelopeChecksum } from '#shared/streaming/envelope/checksum.ts';
import { envelopeLine, receivedLine } from '#shared/streaming/envelope/envelope-line.ts';
import { envelopeMessage, receivedEnvelope } from '#shared/streaming/envelope/envelope-message.ts';
import { sealEnvelope } from '#shared/streaming/envelope/seal-envelope.ts';
import { validateEnvelope } from '#shared/streaming/envelope/validate-envelope.ts';
import { instrumentOf, streamName } from '#shared/streaming/instrument-source.ts';

const blake3 = await openBlake3();

const nanos = fc.bigInt({ min: 0n, max: 253_402_300_799_999_999_998n });
const attributes = fc.record(
  {
    type: fc.constantFrom(...ENVELOPE_TYPES),
    schema_id: fc.constant('trades.v1'),
    seq: fc.integer({ min: 1 }),
    recv_ts: nanos.map(formatInstantNs),
    region: fc.constant('europe-west3'),
    lease_epoch: fc.nat(),
    replay_id: fc.string({ minLength: 1 }),
  },
  { requiredKeys: ['type', 'schema_id', 'seq', 'recv_ts', 'region', 'lease_epoch'] },
);
const envelopes = fc
  .record({
    tsNs: nanos,
    symbol: fc.stringMatching(/^[A-Z0-9./-]+$/),
    source: fc.stringMatching(/^[a-z0-9_.:-]+$/),
    payload: fc.json().map(utf8),
    attributes,
  })
  .map((content): StreamEnvelope => sealEnvelope(blake3, content));

describe('the checksum of an envelope', () => {
  it.each([
    ['{"close":50000}', 'BTC-USD', 'kraken', 'e2fbc972c60cc75f9d4c176204ff5d63353b4ebdce2be4271072b4343ac3d144'],
    ['{"close": 50000}', 'BTC-USD', 'kraken', 'decded05c5b04ec4cf5c726b1cc3a08a6698430f4a9bebe836eb9907015ea3dc'],
    ['{"m":"a||b"}', 'SOL-USD', 'gate', '6b597b23b1c76c967340b636140af39f661cbf2e2b2ee9d4e37e23aa56e61ff8'],
  ])('of %s is the one of the data platform spec §2', (payload, symbol, source, expected) => {
    const content = { payload: utf8(payload), tsNs: 1_756_684_800_000_000_000n, symbol, source };
    expect(envelopeChecksum(blake3, content)).toBe(expected);
  });

  it('does not depend on how the bytes are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.nat(), (bytes, cut) => {
        const at = cut % (bytes.length + 1);
        expect(blake3.hex(bytes.subarray(0, at), bytes.subarray(at))).toBe(blake3.hex(bytes));
      }),
    );
  });
});

describe('an envelope', () => {
  it('comes through both of its forms as it was', () => {
    fc.assert(
      fc.property(envelopes, (envelope) => {
        const line = receivedLine(envelopeLine(envelope));
        expect(line.ok && validateEnvelope(blake3, line.value)).toEqual({ ok: true, value: envelope });
        const message = validateEnvelope(blake3, receivedEnvelope(envelopeMessage(envelope)));
        expect(message).toEqual({ ok: true, value: envelope });
      }),
    );
  });

  it('keeps payloads that are no text in its line', () => {
    const sealed = sealEnvelope(blake3, { ...sample(), payload: Uint8Array.of(0xff, 0xfe, 0x00) });
    const line = receivedLine(envelopeLine(sealed));
    expect(line.ok && [...line.value.payload]).toEqual([0xff, 0xfe, 0x00]);
  });

  it('is refused after any change of a bit of its payload or of what is in the preimage', () => {
    fc.assert(
      fc.property(envelopes, fc.nat(), fc.nat({ max: 7 }), (envelope, place, bit) => {
        const payload = Uint8Array.from(envelope.payload);
        payload[place % payload.length]! ^= 2 ** bit;
        const changed = [
          { payload },
          { symbol: `${envelope.symbol}X` },
          { source: `${envelope.source}x` },
          { tsNs: envelope.tsNs + 1n },
        ];
        for (const change of changed) {
          const outcome = validateEnvelope(blake3, receivedEnvelope(envelopeMessage({ ...envelope, ...change })));
          expect(outcome.ok ? [] : outcome.error.map(({ check }) => check)).toContain('checksum_mismatch');
        }
      }),
    );
  });

  it('is told everything that is wrong with it', () => {
    const { data, attributes: fields } = envelopeMessage(sealEnvelope(blake3, sample()));
    const { region: _, ...rest } = fields;
    const outcome = validateEnvelope(blake3, {
      payload: data.subarray(1),
      fields: { ...rest, seq: '0', ts: '2026-02-30T00:00:00.000000000Z' },
    });
    expect(outcome.ok ? [] : outcome.error.map(({ check, message }) => `${check} ${message.split(' ')[0]}`)).toEqual([
      'field_invalid ts',
      'field_invalid seq',
      'field_missing region',
      'payload_not_json the',
      'checksum_mismatch the',
    ]);
    const later = validateEnvelope(blake3, { payload: data, fields: { ...fields, version: '2', ts_ns: '1' } });
    expect(later.ok ? [] : later.error.map(({ check }) => check)).toEqual(['field_invalid', 'version_unknown']);
  });

  it('cannot be sealed for a name with a pipe', () => {
    for (const name of [{ symbol: 'A|B' }, { source: 'a|b' }]) {
      expect(() => sealEnvelope(blake3, { ...sample(), ...name })).toThrow(/cannot be/);
    }
  });

  it.each(['', '{}', '[]', 'no', '{"ts":1}'])('is not read from the line %j', (line) => {
    expect(receivedLine(line)).toMatchObject({ ok: false, error: { code: 'DOCUMENT_UNREADABLE' } });
  });
});

describe('names on the bus', () => {
  it.each([
    ['BTC-USD.spot@kraken', 'kraken', 'BTC-USD'],
    ['BTC-USD.perp@krakenfutures', 'krakenfutures', 'BTC-USD'],
    ['BTC-USD.fut-20260327@krakenfutures', 'krakenfutures.fut-20260327', 'BTC-USD'],
    ['BTC-USDT.perp@gate', 'gate.perp', 'BTC-USDT'],
    ['BTC-USDT.spot@gate', 'gate.spot', 'BTC-USDT'],
  ])('%s is %s, %s and back', (instrument, source, symbol) => {
    expect(streamName(instrument)).toEqual({ source, symbol });
    expect(instrumentOf({ source, symbol })).toBe(instrument);
  });

  it('are of no instrument for something else', () => {
    expect([instrumentOf({ source: 'gate', symbol: 'BTC-USDT' }), instrumentOf({ source: 'kraken', symbol: 'x' })]).toEqual([
      undefined,
      undefined,
    ]);
    expect(() => streamName('BTC')).toThrow(/no instrument/);
  });
});

it('times keep their nanoseconds', () => {
  fc.assert(
    fc.property(nanos, (ns) => {
      expect(parseInstantNs(formatInstantNs(ns))).toBe(ns);
    }),
  );
});

function sample() {
  const tsNs = 1_756_684_800_000_000_000n;
  const attributes = {
    type: 'trades',
    schema_id: 'trades.v1',
    seq: 1,
    recv_ts: formatInstantNs(tsNs),
    region: 'local',
    lease_epoch: 0,
  };
  return { tsNs, symbol: 'BTC-USD', source: 'kraken', payload: utf8('{"a":1}'), attributes };
}
