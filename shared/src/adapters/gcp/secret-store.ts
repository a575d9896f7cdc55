import type { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { crc32c } from '../../core/crc32c.ts';
import { LivepoolError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { fromUtf8 } from '../../core/text-bytes.ts';
import { checkSecretName, type SecretStore, secretMissing } from '../../ports/secret-store.ts';
import { type Attempt, answerInTime, boundedAttempts, type CallTiming } from './bounded-attempts.ts';
import { emulatorAuth } from './emulator-auth.ts';
import { callFailed, GRPC, grpcCode } from './grpc-failure.ts';

export interface SecretManagerStoreOptions extends CallTiming {
  readonly projectId: string;
  /** `host:port` of a stand-in without TLS; no credentials are sent there. */
  readonly emulatorHost?: string;
}

/** A SecretStore that holds connections. */
export interface SecretManagerStore extends SecretStore {
  readonly close: () => Promise<void>;
}

/**
 * Secret Manager as SecretStore; the client is loaded by the first read. Payloads are checked against their CRC32C. Errors:
 * SECRET_MISSING, STORE_REFUSED (rights, version disabled or destroyed), STORE_UNAVAILABLE (transient).
 */
export function secretManagerStore(options: SecretManagerStoreOptions): SecretManagerStore {
  let loaded: Promise<SecretManagerServiceClient> | undefined;
  const client = (): Promise<SecretManagerServiceClient> => {
    loaded ??= openClient(options);
    return loaded;
  };
  return {
    read: async (name, version) => {
      checkSecretName(name, version);
      const path = `projects/${options.projectId}/secrets/${name}/versions/${version ?? 'latest'}`;
      const secrets = await client();
      return boundedAttempts(options, async (): Promise<Attempt<Secret>> => {
        try {
          return { done: await answerInTime(options, () => access(secrets, path)) };
        } catch (thrown) {
          if (grpcCode(thrown) === GRPC.notFound) throw secretMissing(name, version, thrown);
          const error = callFailed(thrown, 'Secret Manager', `a read of secret ${name}`);
          if (error.kind !== 'transient') throw error;
          return { again: error };
        }
      });
    },
    close: async () => {
      await (await loaded)?.close();
    },
  };
}

async function openClient({ emulatorHost }: SecretManagerStoreOptions): Promise<SecretManagerServiceClient> {
  const { SecretManagerServiceClient: Client } = await import('@google-cloud/secret-manager');
  if (emulatorHost === undefined) return new Client();
  const { credentials } = await import('@grpc/grpc-js');
  const [host, port] = emulatorHost.split(':');
  return new Client({
    apiEndpoint: host ?? '',
    port: Number(port),
    sslCreds: credentials.createInsecure(),
    auth: await emulatorAuth(),
  });
}

async function access(client: SecretManagerServiceClient, name: string): Promise<Secret> {
  const [{ payload }] = await client.accessSecretVersion({ name });
  const bytes = payload?.data;
  if (!(bytes instanceof Uint8Array)) throw damaged(name, 'came without payload');
  const expected = payload?.dataCrc32c;
  if (expected !== null && expected !== undefined && String(expected) !== String(crc32c(bytes))) {
    throw damaged(name, 'does not have the CRC32C it should have');
  }
  const text = fromUtf8(bytes);
  if (text === undefined) throw new LivepoolError('STORE_REFUSED', 'terminal', `${name} is no UTF-8 text`, { name });
  return new Secret(text);
}

function damaged(name: string, fault: string): LivepoolError {
  return new LivepoolError('STORE_UNAVAILABLE', 'transient', `${name} ${fault}`, { name });
}
