import type { IncomingHttpHeaders } from 'node:http';

/** One request to the storage API, whole: its body has arrived. */
export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Set by a fault: one bit of the media arrives flipped, as on a bad line that TCP did not notice. */
  readonly damagedMedia: boolean;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A refusal in the words of the JSON API; the server turns it into `{"error": {code, message, errors}}`. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

export function jsonResponse(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): ApiResponse {
  const body = Buffer.from(JSON.stringify(value));
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8', ...headers }, body };
}

export function emptyResponse(status: number, headers: Readonly<Record<string, string>> = {}): ApiResponse {
  return { status, headers, body: Buffer.alloc(0) };
}

export function errorResponse({ status, reason, message }: ApiError): ApiResponse {
  if (status === 304) return emptyResponse(304);
  return jsonResponse({ error: { code: status, message, errors: [{ domain: 'global', reason, message }] } }, status);
}
