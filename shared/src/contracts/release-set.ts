import { z } from 'zod';
import { commitText, sha256Text } from './text-forms.ts';

/** What a deployment runs, by digest: `dist/release.json`, and `deployed/release.json` of the stack that runs it. */
export const releaseSetSchema = z.strictObject({
  /** Commit that every bundle of the set is built from; a bundle that did not change is the same in many sets. */
  revision: commitText,
  /** SHA-256 of the lock file of that commit. */
  lock_file_sha256: sha256Text,
  /** SHA-256 of each function's bundle. */
  bundles: z.record(z.string(), sha256Text),
  /** `<registry>/<image>@sha256:<digest>`; null = no worker. */
  worker_image: z.string().nullable(),
});

export type ReleaseSet = z.infer<typeof releaseSetSchema>;
