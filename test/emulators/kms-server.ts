import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32c } from '#shared/core/crc32c.ts';
import { signP256Digest } from './sign-p256-digest.ts';

/** Cloud KMS asymmetric signing over REST: really signs, with keys that the test made. */
export interface KmsStandIn {
  readonly endpoint: string;
  /** Spoils answers, in order: an HTTP status, or a change to the JSON of the answer. */
  readonly faults: (number | ((answer: Record<string, unknown>) => void))[];
  /** `Authorization` headers received. */
  readonly tokens: (string | undefined)[];
  readonly stop: () => Promise<void>;
}

export interface KmsKey {
  readonly algorithm: string;
  readonly privateKey: KeyObject;
}

/** Starts a stand-in that holds these key versions by their full names. */
export async function startKms(keys: ReadonlyMap<string, KmsKey>): Promise<KmsStandIn> {
  const faults: KmsStandIn['faults'] = [];
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      tokens.push(request.headers.authorization);
      const { status, body } = await serve(keys, request);
      const fault = faults.shift();
      if (typeof fault === 'function') fault(body);
      response.writeHead(typeof fault === 'number' ? fault : status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    answer().catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    tokens,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Served {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function serve(keys: ReadonlyMap<string, KmsKey>, request: IncomingMessage): Promise<Served> {
  const [, name = '', verb = ''] = /^\/v1\/(.+?)(\/publicKey|:asymmetricSign)$/.exec(request.url ?? '') ?? [];
  const key = keys.get(name);
  if (key === undefined)
    return { status: 404, body: { error: { code: 404, message: `${name} not found.`, status: 'NOT_FOUND' } } };
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (verb === '/publicKey') return { status: 200, body: publicKeyOf(name, key) };
  return signRequest(name, key, JSON.parse(Buffer.concat(chunks).toString('utf8')) as SignBody);
}

function publicKeyOf(name: string, { algorithm, privateKey }: KmsKey): Record<string, unknown> {
  const pem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  return { name, pem, pemCrc32c: String(crc32c(Buffer.from(pem))), algorithm, protectionLevel: 'SOFTWARE' };
}

interface SignBody {
  readonly data?: string;
  readonly dataCrc32c?: string;
  readonly digest?: { readonly sha256?: string };
  readonly digestCrc32c?: string;
}

/** Ed25519 takes `data`, P-256 takes `digest`; a declared CRC32C that does not fit refuses the request, as the service does. */
function signRequest(name: string, { algorithm, privateKey }: KmsKey, body: SignBody): Served {
  const isEd25519 = algorithm === 'EC_SIGN_ED25519';
  const sent = Buffer.from((isEd25519 ? body.data : body.digest?.sha256) ?? '', 'base64');
  const declared = isEd25519 ? body.dataCrc32c : body.digestCrc32c;
  if (declared !== undefined && declared !== String(crc32c(sent))) {
    return {
      status: 400,
      body: { error: { code: 400, message: 'The checksum does not match the data.', status: 'INVALID_ARGUMENT' } },
    };
  }
  const signature = isEd25519 ? sign(null, sent, privateKey) : signP256Digest(sent, privateKey);
  return {
    status: 200,
    body: {
      name,
      signature: signature.toString('base64'),
      signatureCrc32c: String(crc32c(signature)),
      [isEd25519 ? 'verifiedDataCrc32c' : 'verifiedDigestCrc32c']: declared !== undefined,
      protectionLevel: 'SOFTWARE',
    },
  };
}
