import { utf8 } from '../core/text-bytes.ts';

/**
 * The bytes that are signed: `DSSEv1 <len type> <type> <len body> <body>`, lengths in decimal bytes, single spaces
 * (pre-authentication encoding of the DSSE protocol v1, release spec §8).
 */
export function frameStatement(payloadType: string, body: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  const head = utf8(`DSSEv1 ${type.length} ${payloadType} ${body.length} `);
  const framed = new Uint8Array(head.length + body.length);
  framed.set(head, 0);
  framed.set(body, head.length);
  return framed;
}
