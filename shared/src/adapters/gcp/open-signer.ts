import type { Signer } from '../../ports/signer.ts';
import type { CallTiming } from './bounded-attempts.ts';
import { openKmsSigner } from './kms-signer.ts';

/** The Cloud KMS key that signs, opened by the first call and then kept; an opening that failed is tried again. */
export function openSigner(
  config: { readonly PIPELINE_SIGNING_KEY: string; readonly PIPELINE_KMS_ENDPOINT?: string | undefined },
  timing: CallTiming,
): () => Promise<Signer> {
  const apiEndpoint = config.PIPELINE_KMS_ENDPOINT;
  const options = { ...timing, keyVersion: config.PIPELINE_SIGNING_KEY, ...(apiEndpoint === undefined ? {} : { apiEndpoint }) };
  let opened: Promise<Signer> | undefined;
  return () => {
    if (opened === undefined) {
      const opening = openKmsSigner(options);
      opening.catch(() => {
        if (opened === opening) opened = undefined;
      });
      opened = opening;
    }
    return opened;
  };
}
