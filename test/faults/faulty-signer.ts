import type { Signer } from '#shared/ports/signer.ts';
import { type FaultyProcess, underFaults } from './fault-wire.ts';

/** `signer` as one process sees it: every signature is one call on the wire. */
export function faultySigner(signer: Signer, process: FaultyProcess): Signer {
  return {
    alg: signer.alg,
    keyId: signer.keyId,
    publicKeyDer: signer.publicKeyDer,
    sign: (message) =>
      underFaults(process, { port: 'signer', operation: 'sign', target: signer.keyId, isWrite: false }, () =>
        signer.sign(message),
      ),
  };
}
