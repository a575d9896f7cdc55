import { z } from 'zod';
import { RELEASE_FILES } from './artifact-files.ts';
import { base64Text, instantText, sha256Text } from './text-forms.ts';

/** What is known about one sealed object. */
const sealedFileSchema = z.strictObject({
  sha256: sha256Text,
  /** CRC-32C as the store declares it: base64 of the four big-endian bytes. */
  crc32c: base64Text,
  size: z.number().int().nonnegative(),
  generation: z.string().min(1),
});

/** `releases/<version>`, the seal: these five objects, these digests, verified and signed (release spec §1). */
export const releaseRegistrySchema = z.strictObject({
  manifest_sha256: sha256Text,
  content_digest: sha256Text,
  files: z.record(z.enum(RELEASE_FILES), sealedFileSchema),
  /** base64 of the exact statement bytes. */
  release_statement: base64Text,
  release_sig: base64Text,
  key_id: sha256Text,
  run_key: z.string().min(1),
  sealed_at: instantText,
  status: z.literal('SEALED'),
});

export type SealedFile = z.infer<typeof sealedFileSchema>;
export type ReleaseRegistryEntry = z.infer<typeof releaseRegistrySchema>;
