/**
 * Something that rights are given on: a folder of a bucket as `<path>/`, a secret or a signing key by its full name
 * (`projects/…`).
 */
export type AccessTarget =
  | { readonly kind: 'folder'; readonly bucket: string; readonly folder: string }
  | { readonly kind: 'secret' | 'key'; readonly name: string };

/** Asks a service which permissions the caller has; nothing is read or changed by it. */
export interface AccessProbe {
  /** Those of `permissions` that the caller has on the target, in any order. */
  granted(target: AccessTarget, permissions: readonly string[]): Promise<readonly string[]>;
}
