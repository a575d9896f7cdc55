/** A request below a venue's base url. `path` has no query; `query` holds the decoded parameters. */
export interface VenueRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Of private requests; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What the venue answers, as text: numbers keep the digits they were written with. */
export interface VenueAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One venue's surface: a pure function of the market and the request. */
export type VenueSurface = (request: VenueRequest) => VenueAnswer;

/** JSON answer with a status. */
export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): VenueAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
