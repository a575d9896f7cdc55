import type { IncomingMessage } from 'node:http';
import type { HttpAnswer, HttpRequest } from '../../ports/http-handler.ts';

/** Longest body of a request (operations spec §5). */
const MOST_BODY_BYTES = 65_536;

/** The request in whole, or the answer that refuses it: 400 for what is no URL or no UTF-8, 413 for a body that is too long. */
export async function readRequest(message: IncomingMessage): Promise<HttpRequest | HttpAnswer> {
  const url = parsedUrl(message.url ?? '/');
  if (url === undefined) return errorAnswer(400, 'the request target is no path of ours');
  const body = await readBody(message);
  if (typeof body !== 'string') return body;
  const { method = 'GET' } = message;
  return { method: method.toUpperCase(), path: url.path, query: url.query, headers: plainHeaders(message), body };
}

/** Path and query of a request target; undefined when it is neither a path nor decodable. */
export function parsedUrl(target: string): { readonly path: string; readonly query: URLSearchParams } | undefined {
  if (!target.startsWith('/')) return undefined;
  const [path = '', query = ''] = splitOnce(target, '?');
  try {
    return { path: decodeURIComponent(path), query: new URLSearchParams(query) };
  } catch {
    return undefined;
  }
}

/** An answer that says what was wrong, in the form that all routes use. */
export function errorAnswer(status: number, message: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers, body: { error: { message, details: null } } };
}

async function readBody(message: IncomingMessage): Promise<string | HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) {
      return errorAnswer(413, `a body has at most ${MOST_BODY_BYTES} bytes`, { Connection: 'close' });
    }
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    return errorAnswer(400, 'the body is no UTF-8');
  }
}

function plainHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]));
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
