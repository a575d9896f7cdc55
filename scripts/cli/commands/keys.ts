import { existsSync, renameSync } from 'node:fs';
import { createKeyFile, keyFileSigner } from '#shared/adapters/keys/key-file.ts';
import { trustedKeysFolder } from '#shared/adapters/keys/trusted-keys.ts';
import type { CommandContext } from '../command.ts';
import { type Home, openHome, signingKeyFile, trustedFolder, trustPublicKey } from '../home.ts';
import { type CommandResult, succeed } from '../outcome.ts';
import type { HomeOptions } from '../program/shared-options.ts';

/**
 * Makes a new signing key. The old private key is kept beside it under its key id, its public half stays trusted, so that what it
 * signed stays verifiable (release spec §8: readers pin current and next).
 */
export async function keysGenerate(_context: CommandContext, options: HomeOptions): Promise<CommandResult> {
  return withKeys(options, (home) => {
    const file = signingKeyFile(home.keysFolder);
    const retired = existsSync(file) ? retire(file) : undefined;
    const signer = createKeyFile(file);
    trustPublicKey(home.keysFolder, signer);
    const text = [
      `signing key ${signer.keyId}`,
      `  ${file}`,
      ...(retired === undefined ? [] : [`  the former key is kept as ${retired}`]),
    ];
    return succeed({ ok: true, key_id: signer.keyId, file, retired: retired ?? null }, text.join('\n'));
  });
}

/** The key that signs, and every public key that readers of this environment accept. */
export async function keysShow(_context: CommandContext, options: HomeOptions): Promise<CommandResult> {
  return withKeys(options, (home) => {
    const file = signingKeyFile(home.keysFolder);
    const signing = existsSync(file) ? keyFileSigner(file).keyId : null;
    const folder = trustedFolder(home.keysFolder);
    const trusted = existsSync(folder) ? trustedKeysFolder(folder).map(({ keyId, alg }) => ({ key_id: keyId, alg })) : [];
    const rows = trusted.map(({ key_id, alg }) => `  ${key_id}  ${alg}${key_id === signing ? '  signs' : ''}`);
    const text =
      rows.length === 0
        ? 'no key yet; `livepool keys generate` or the first publish makes one'
        : ['trusted keys', ...rows].join('\n');
    return succeed({ ok: true, signing, trusted, folder }, text);
  });
}

function retire(file: string): string {
  const retired = file.replace(/\.pem$/, `.${keyFileSigner(file).keyId.slice(0, 16)}.pem`);
  renameSync(file, retired);
  return retired;
}

function withKeys(options: HomeOptions, work: (home: Home) => CommandResult): CommandResult {
  const home = openHome({ home: options.home, environment: options.env ?? 'sample' });
  try {
    return work(home);
  } finally {
    home.close();
  }
}
