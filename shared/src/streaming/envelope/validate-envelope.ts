import {
  ENVELOPE_TYPES,
  ENVELOPE_VERSION,
  type EnvelopeAttributes,
  envelopeSource,
  envelopeSymbol,
  type StreamEnvelope,
} from '../../contracts/stream-envelope.ts';
import { sha256Text } from '../../contracts/text-forms.ts';
import { parseInstantNs } from '../../core/instant-ns.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { fromUtf8 } from '../../core/text-bytes.ts';
import type { Blake3 } from '../../ports/blake3.ts';
import { envelopeChecksum } from './checksum.ts';

/** An envelope as it was received: the payload's bytes, all else as texts. */
export interface ReceivedEnvelope {
  readonly payload: Uint8Array;
  readonly fields: Readonly<Record<string, string>>;
}

/** One reason why an envelope cannot be used; `check` is the label of `data_consistency_errors_total`. */
export interface EnvelopeViolation {
  readonly check: 'field_missing' | 'field_invalid' | 'version_unknown' | 'payload_not_json' | 'checksum_mismatch';
  readonly message: string;
}

const INTEGER = /^(0|[1-9]\d{0,15})$/;

/** What each field must look like; the last of them may be absent. */
const FORMS: Readonly<Record<string, (text: string) => boolean>> = {
  ts: (text) => parseInstantNs(text) !== undefined,
  ts_ns: (text) => /^(0|[1-9]\d{0,20})$/.test(text),
  symbol: (text) => envelopeSymbol.safeParse(text).success,
  source: (text) => envelopeSource.safeParse(text).success,
  checksum: (text) => sha256Text.safeParse(text).success,
  version: (text) => INTEGER.test(text) && text !== '0',
  type: (text) => /^[a-z0-9_.]{1,40}$/.test(text),
  schema_id: (text) => /^[a-z0-9_]+\.v[1-9]\d*$/.test(text),
  seq: (text) => INTEGER.test(text) && text !== '0',
  recv_ts: (text) => parseInstantNs(text) !== undefined,
  region: (text) => /^[a-z0-9-]{1,40}$/.test(text),
  lease_epoch: (text) => INTEGER.test(text),
  replay_id: (text) => text !== '',
};

const OPTIONAL: ReadonlySet<string> = new Set(['replay_id']);

const JSON_TYPES: ReadonlySet<string> = new Set(ENVELOPE_TYPES);

/**
 * The envelope that was received, or everything that is wrong with it: fields present and matching, version known, payload JSON
 * where its type is, checksum equal (data platform spec §2). Fields that we do not know are ignored.
 */
export function validateEnvelope(
  blake3: Blake3,
  received: ReceivedEnvelope,
): Result<StreamEnvelope, readonly EnvelopeViolation[]> {
  const found = [...checkFields(received), ...checkVersion(received), ...checkPayload(received), ...checkSum(blake3, received)];
  return found.length === 0 ? ok(envelopeOf(received)) : err(found);
}

function checkFields({ fields }: ReceivedEnvelope): readonly EnvelopeViolation[] {
  const found = Object.entries(FORMS).flatMap(([name, hasForm]): EnvelopeViolation[] => {
    const text = fields[name];
    if (text === undefined) {
      return OPTIONAL.has(name) ? [] : [{ check: 'field_missing', message: `${name} is missing` }];
    }
    return hasForm(text) ? [] : [{ check: 'field_invalid', message: `${name} has not its form: ${text.slice(0, 80)}` }];
  });
  const { ts, ts_ns } = fields;
  const ns = parseInstantNs(ts ?? '');
  if (ns === undefined || ts_ns === undefined || String(ns) === ts_ns) return found;
  return [...found, { check: 'field_invalid', message: `ts ${ts} and ts_ns ${ts_ns} are not the same time` }];
}

function checkVersion({ fields }: ReceivedEnvelope): readonly EnvelopeViolation[] {
  const { version } = fields;
  if (version === undefined || !FORMS.version!(version) || version === String(ENVELOPE_VERSION)) return [];
  return [{ check: 'version_unknown', message: `version ${version} is not known here; the newest is ${ENVELOPE_VERSION}` }];
}

function checkPayload({ payload, fields }: ReceivedEnvelope): readonly EnvelopeViolation[] {
  if (!JSON_TYPES.has(fields.type ?? '')) return [];
  try {
    JSON.parse(fromUtf8(payload) ?? '');
    return [];
  } catch (error) {
    return [{ check: 'payload_not_json', message: `the payload is no JSON: ${String(error)}` }];
  }
}

/** Nothing to say where the preimage is incomplete or its algorithm unknown; another violation says so then. */
function checkSum(blake3: Blake3, { payload, fields }: ReceivedEnvelope): readonly EnvelopeViolation[] {
  const { ts_ns, symbol, source, checksum, version } = fields;
  if (ts_ns === undefined || symbol === undefined || source === undefined || checksum === undefined) return [];
  if (version !== String(ENVELOPE_VERSION) || !FORMS.ts_ns!(ts_ns)) return [];
  const expected = envelopeChecksum(blake3, { payload, tsNs: BigInt(ts_ns), symbol, source });
  return expected === checksum ? [] : [{ check: 'checksum_mismatch', message: `the checksum is ${checksum}, not ${expected}` }];
}

function envelopeOf({ payload, fields }: ReceivedEnvelope): StreamEnvelope {
  const { ts_ns = '', symbol = '', source = '', checksum = '', version, replay_id } = fields;
  const { type = '', schema_id = '', seq, recv_ts = '', region = '', lease_epoch } = fields;
  const attributes: EnvelopeAttributes = {
    type,
    schema_id,
    seq: Number(seq),
    recv_ts,
    region,
    lease_epoch: Number(lease_epoch),
    ...(replay_id === undefined ? {} : { replay_id }),
  };
  return { tsNs: BigInt(ts_ns), symbol, source, payload, checksum, version: Number(version), attributes };
}
