import { checkContract, decodeContract } from '../../contracts/decode.ts';
import {
  type RegimeMessage,
  type RegimeSnapshot,
  type RegimeState,
  regimeMessageSchema,
  regimeSnapshotSchema,
  regimeStateSchema,
} from '../../contracts/regime-snapshot.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import { utf8 } from '../../core/text-bytes.ts';

const FIELDS = Object.keys(regimeStateSchema.shape) as readonly (keyof RegimeState)[];

/** The part of a snapshot that its message carries. */
export function regimeState(snapshot: RegimeSnapshot): RegimeState {
  return Object.fromEntries(FIELDS.map((field) => [field, snapshot[field]])) as RegimeState;
}

/** The state that a message of topic `regime` carries; DOCUMENT_UNREADABLE for one that does not say the same in both its parts. */
export function stateOfMessage(bytes: Uint8Array): Result<RegimeState, Refusal> {
  const message = decodeContract<RegimeMessage>(regimeMessageSchema, bytes, 'a message of topic regime');
  if (!message.ok) return message;
  const { boundary, regime, state: text } = message.value;
  const state = decodeContract<RegimeState>(regimeStateSchema, utf8(text), `the state of ${boundary}`);
  if (!state.ok) return state;
  if (state.value.boundary === boundary && state.value.regime === regime) return ok(state.value);
  const said = `${state.value.boundary} ${state.value.regime}`;
  return err({ code: 'DOCUMENT_UNREADABLE', message: `the message of ${boundary} ${regime} carries the state ${said}` });
}

/** The state of a document of collection `regime`; DOCUMENT_UNREADABLE for one that is no snapshot. */
export function stateOfDocument(id: string, data: unknown): Result<RegimeState, Refusal> {
  const snapshot = checkContract<RegimeSnapshot>(regimeSnapshotSchema, data, `regime/${id}`);
  return snapshot.ok ? ok(regimeState(snapshot.value)) : snapshot;
}
