import { createHmac, timingSafeEqual } from 'node:crypto';
import { err, ok, type Refusal, type Result } from '../core/result.ts';
import type { Secret } from '../core/secret.ts';
import { sha256Hex } from '../core/sha256.ts';

/** Headers that carry who commands, when, and the proof (operations spec §5). */
export const COMMAND_HEADERS = {
  operator: 'livepool-operator',
  ts: 'livepool-ts',
  nonce: 'livepool-nonce',
  signature: 'livepool-signature',
} as const;

/** Who commands what, and when. `body` is the text that is sent, byte for byte. */
export interface Command {
  readonly operator: string;
  readonly tsMs: number;
  /** 16 to 64 letters, digits, dashes or underscores; never used twice. */
  readonly nonce: string;
  readonly path: string;
  readonly body: string;
}

const OPERATOR = /^[A-Za-z0-9._@-]{1,100}$/;
const NONCE = /^[A-Za-z0-9_-]{16,64}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;

/** Headers that make a request a signed command. */
export function signCommand(key: Secret, command: Command): Readonly<Record<string, string>> {
  return {
    [COMMAND_HEADERS.operator]: command.operator,
    [COMMAND_HEADERS.ts]: String(command.tsMs),
    [COMMAND_HEADERS.nonce]: command.nonce,
    [COMMAND_HEADERS.signature]: signatureOf(key, command).toString('hex'),
  };
}

/**
 * The command in a request, if its headers prove that somebody with the key meant exactly this body at this path within `windowMs`
 * of now; else UNAUTHENTICATED. Whether the nonce is fresh is for the store to say.
 */
export function checkCommand(
  key: Secret,
  request: { readonly path: string; readonly body: string; readonly headers: Readonly<Record<string, string>> },
  nowMs: number,
  windowMs: number,
): Result<Command, Refusal> {
  const header = (name: keyof typeof COMMAND_HEADERS): string => request.headers[COMMAND_HEADERS[name]] ?? '';
  const [operator, ts, nonce, signature] = [header('operator'), header('ts'), header('nonce'), header('signature')];
  if (!OPERATOR.test(operator) || !/^\d{13}$/.test(ts) || !NONCE.test(nonce) || !SIGNATURE.test(signature)) {
    return refused(`a command carries ${Object.values(COMMAND_HEADERS).join(', ')}`);
  }
  const command: Command = { operator, tsMs: Number(ts), nonce, path: request.path, body: request.body };
  if (!timingSafeEqual(signatureOf(key, command), Buffer.from(signature, 'hex'))) return refused('the signature does not fit');
  if (Math.abs(nowMs - command.tsMs) > windowMs) return refused(`the command is not of the last ${windowMs / 1000} s`);
  return ok(command);
}

/** HMAC-SHA256 under a name of its own, so that no other signature can stand in for it. */
function signatureOf(key: Secret, { operator, tsMs, nonce, path, body }: Command): Buffer {
  const text = ['livepool-command.v1', operator, String(tsMs), nonce, path, sha256Hex(body)].join('\n');
  return createHmac('sha256', key.reveal()).update(text).digest();
}

function refused(message: string): { readonly ok: false; readonly error: Refusal } {
  return err({ code: 'UNAUTHENTICATED', message });
}
