import { ApiError } from './api-message.ts';

export interface MultipartUpload {
  readonly resource: Readonly<Record<string, unknown>>;
  readonly media: Buffer;
  readonly mediaType: string | undefined;
}

/** The two parts of a `multipart/related` upload: a JSON resource, then the media. */
export function parseMultipart(contentType: string | undefined, body: Buffer): MultipartUpload {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/.exec(contentType ?? '');
  if (boundary === null) throw malformed('the content type names no boundary');
  const [resource, media, ...rest] = splitParts(body, `--${boundary[1] ?? boundary[2]}`);
  if (resource === undefined || media === undefined || rest.length > 0) throw malformed('exactly two parts are needed');
  return { resource: parseResource(resource.content), media: media.content, mediaType: media.contentType };
}

/** A JSON object body; an empty one is the empty object. */
export function parseResource(body: Buffer): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8')) as Readonly<Record<string, unknown>>;
  } catch {
    throw new ApiError(400, 'parseError', 'Parse Error');
  }
}

interface Part {
  readonly contentType: string | undefined;
  readonly content: Buffer;
}

function splitParts(body: Buffer, delimiter: string): Part[] {
  const parts: Part[] = [];
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const contentStart = start + delimiter.length;
    const next = body.indexOf(`\r\n${delimiter}`, contentStart);
    if (next < 0) break;
    parts.push(parsePart(body.subarray(contentStart + 2, next)));
    start = next + 2;
  }
  return parts;
}

function parsePart(part: Buffer): Part {
  const headerEnd = part.indexOf('\r\n\r\n');
  if (headerEnd < 0) throw malformed('a part has no header');
  const header = part.subarray(0, headerEnd).toString('latin1');
  const contentType = /^content-type:\s*(.+?)\s*$/im.exec(header)?.[1];
  return { contentType, content: part.subarray(headerEnd + 4) };
}

function malformed(detail: string): ApiError {
  return new ApiError(400, 'badRequest', `Malformed multipart body: ${detail}.`);
}
