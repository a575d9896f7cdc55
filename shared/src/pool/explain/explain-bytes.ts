import { decodeContract } from '../../contracts/decode.ts';
import { type Explain, explainSchema } from '../../contracts/explain.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Refusal, Result } from '../../core/result.ts';
import { utf8 } from '../../core/text-bytes.ts';

/** File name of the explanation among the evidence of a release. */
export const EXPLAIN_FILE = 'explain.json';

/** Four hundred ranked members fit many times over. */
const MAX_BYTES = 64 * 1_048_576;

/** Bytes of explain.json: canonical JSON and a line end, so the same facts give the same digest. */
export function explainBytes(explain: Explain): Uint8Array {
  return utf8(`${canonicalJson(explainSchema.parse(explain))}\n`);
}

/** The explanation in the bytes of an explain.json, or why they hold none. */
export function decodeExplain(bytes: Uint8Array, name: string = EXPLAIN_FILE): Result<Explain, Refusal> {
  return decodeContract(explainSchema, bytes, name, { maxBytes: MAX_BYTES });
}
