import { Secret } from '../../core/secret.ts';
import { checkSecretName, type SecretStore, secretMissing } from '../../ports/secret-store.ts';

/** A SecretStore of given values: name → versions, oldest first, counted from 1. For tests and dry runs. */
export function memorySecretStore(values: Readonly<Record<string, readonly string[]>>): SecretStore {
  const versions = new Map(Object.entries(values));
  return {
    read: async (name, version) => {
      checkSecretName(name, version);
      const texts = versions.get(name) ?? [];
      const text = version === undefined ? texts.at(-1) : texts[Number(version) - 1];
      if (text === undefined) throw secretMissing(name, version);
      return new Secret(text);
    },
  };
}
