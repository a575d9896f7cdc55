import { createRequire } from 'node:module';
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceClientConstructor,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { crc32c } from '#shared/core/crc32c.ts';

/** Secret Manager's `AccessSecretVersion`, spoken by a server made from the client's own protocol description. */
export interface SecretManagerStandIn {
  readonly host: string;
  /** What the next calls answer instead. */
  readonly faults: SecretFault[];
  readonly stop: () => void;
}

/** An error code, or an answer whose CRC32C does not fit its payload. */
export type SecretFault = { readonly code: status } | { readonly damaged: true };

interface Access {
  readonly name: string;
}

/** Starts a stand-in that holds these secrets: name → versions, oldest first. */
export async function startSecretManager(secrets: Readonly<Record<string, readonly string[]>>): Promise<SecretManagerStandIn> {
  const server = new Server();
  const faults: SecretFault[] = [];
  const accessSecretVersion = ({ request }: ServerUnaryCall<Access, unknown>, answer: sendUnaryData<unknown>): void => {
    const fault = faults.shift();
    if (fault !== undefined && 'code' in fault) {
      answer({ code: fault.code, details: 'as planned' });
      return;
    }
    const text = findSecret(secrets, request.name);
    if (text === undefined) {
      answer({ code: status.NOT_FOUND, details: `Secret Version [${request.name}] not found.` });
      return;
    }
    const data = Buffer.from(text);
    answer(null, { name: request.name, payload: { data, dataCrc32c: crc32c(data) + (fault === undefined ? 0 : 1) } });
  };
  server.addService(secretManagerService(), { accessSecretVersion });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { host: `127.0.0.1:${port}`, faults, stop: () => server.forceShutdown() };
}

function secretManagerService(): ServiceClientConstructor['service'] {
  const protos = createRequire(import.meta.url)('@google-cloud/secret-manager/build/protos/protos.json') as object;
  const tree = loadPackageDefinition(fromJSON(protos)) as unknown as Record<string, never>;
  const path = ['google', 'cloud', 'secretmanager', 'v1', 'SecretManagerService'];
  const service = path.reduce<Record<string, never>>((node, key) => node[key]!, tree) as unknown as ServiceClientConstructor;
  return service.service;
}

function findSecret(secrets: Readonly<Record<string, readonly string[]>>, name: string): string | undefined {
  const [, id = '', version = ''] = /^projects\/[^/]+\/secrets\/([^/]+)\/versions\/([^/]+)$/.exec(name) ?? [];
  const versions = Object.hasOwn(secrets, id) ? (secrets[id] ?? []) : [];
  return version === 'latest' ? versions.at(-1) : versions[Number(version) - 1];
}
