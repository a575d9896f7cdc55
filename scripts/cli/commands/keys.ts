import { existsSync } from 'node:fs';
import { keyFileSigner } from '#shared/adapters/keys/key-file.ts';
import { trustedKeysFolder } from '#shared/adapters/keys/trusted-keys.ts';
import type { CommandContext } from '../command.ts';
import { replaceSigningKey, signingKeyFile, trustedFolder, trustPublicKey } from '../home-keys.ts';
import { type CommandResult, succeed } from '../outcome.ts';
import type { HomeOptions } from '../program/shared-options.ts';
import { readingHome, usingHome } from '../using-home.ts';

/**
 * Makes a new signing key. The old private key is kept beside it under its key id, its public half stays trusted, so that what it
 * signed stays verifiable (release spec §8: readers pin current and next).
 */
export async function keysGenerate(_context: CommandContext, options: HomeOptions): Promise<CommandResult> {
  return usingHome(options, async ({ keysFolder }) => {
    const file = signingKeyFile(keysFolder);
    const { signer, retired } = replaceSigningKey(keysFolder);
    const text = [
      `signing key ${signer.keyId}`,
      `  ${file}`,
      ...(retired === null ? [] : [`  the former key is kept as ${retired}`]),
    ];
    return succeed({ ok: true, key_id: signer.keyId, file, retired }, text.join('\n'));
  });
}

/** Puts the public half of the signing key back among the trusted keys: the word of a person who knows why it was gone. */
export async function keysTrust(_context: CommandContext, options: HomeOptions): Promise<CommandResult> {
  return usingHome(options, async ({ keysFolder }) => {
    const signer = keyFileSigner(signingKeyFile(keysFolder));
    trustPublicKey(keysFolder, signer);
    const folder = trustedFolder(keysFolder);
    return succeed({ ok: true, key_id: signer.keyId, folder }, `trusted ${signer.keyId}\n  ${folder}`);
  });
}

/** The key that signs, and every public key that readers of this environment accept. */
export async function keysShow(_context: CommandContext, options: HomeOptions): Promise<CommandResult> {
  return readingHome(options, async ({ keysFolder }) => {
    const file = signingKeyFile(keysFolder);
    const signing = existsSync(file) ? keyFileSigner(file).keyId : null;
    const folder = trustedFolder(keysFolder);
    const trusted = existsSync(folder) ? trustedKeysFolder(folder).map(({ keyId, alg }) => ({ key_id: keyId, alg })) : [];
    const rows = trusted.map(({ key_id, alg }) => `  ${key_id}  ${alg}${key_id === signing ? '  signs' : ''}`);
    const isUntrusted = signing !== null && !trusted.some(({ key_id }) => key_id === signing);
    const text = [
      ...(rows.length === 0 ? [] : ['trusted keys', ...rows]),
      ...(isUntrusted ? [`${signing} signs, but is not trusted: readers refuse what it signs (livepool keys trust)`] : []),
    ];
    const none = 'no key yet; `livepool keys generate` or the first publish makes one';
    return succeed({ ok: true, signing, trusted, folder }, text.length === 0 ? none : text.join('\n'));
  });
}
