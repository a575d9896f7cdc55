import { createPrivateKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Claims of a token; times in seconds since the epoch. */
export interface Claims {
  readonly iss?: string;
  readonly aud?: string;
  readonly exp?: number;
  readonly iat?: number;
  readonly email?: string;
  readonly email_verified?: boolean;
}

/** A test issuer of OIDC tokens: a real key, real signatures, certificates served at a URL, as Google serves its own. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly certificatesUrl: string;
  /** Fetches of the certificates so far. */
  readonly fetches: () => number;
  /** A token with these claims; header fields may be replaced to forge one. */
  readonly token: (claims: Claims, header?: Readonly<Record<string, string>>) => string;
  /** Replaces the key, as an issuer does from time to time. */
  readonly rotate: () => void;
  readonly stop: () => Promise<void>;
}

export async function startTokenIssuer(): Promise<TokenIssuer> {
  let fetches = 0;
  let key = newKey(1);
  const server = createServer((_request, response) => {
    fetches += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ [key.kid]: key.pem }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    certificatesUrl: `${issuer}/certs`,
    fetches: () => fetches,
    token: (claims, header = {}) => signToken(key, { iss: issuer, email_verified: true, ...claims }, header),
    rotate: () => {
      key = newKey(Number(key.kid) + 1);
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface IssuerKey {
  readonly kid: string;
  readonly pem: string;
  readonly privateKey: KeyObject;
}

function newKey(number: number): IssuerKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { kid: String(number), pem: publicKey, privateKey: createPrivateKey(privateKey) };
}

function signToken(key: IssuerKey, claims: Claims, header: Readonly<Record<string, string>>): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: key.kid, ...header })}.${part(claims)}`;
  if (header.alg === 'none') return `${signed}.AA`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key.privateKey).toString('base64url')}`;
}
