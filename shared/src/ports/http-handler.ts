/** A request as a handler sees it: whole, bounded, and free of the server that read it. */
export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  /** Path of the URL, percent signs decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name; repeated ones joined as HTTP says. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as UTF-8 text, '' without one. */
  readonly body: string;
}

/** A body of text or bytes goes out as it is; any other value as JSON. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/**
 * Answers the paths it knows and gives undefined for those of others. Laws: it never throws for what a client sent · an answer to
 * a method that a path does not have is 405 with `Allow` · it may be asked from many connections at once.
 */
export type HttpHandler = (request: HttpRequest) => HttpAnswer | undefined | Promise<HttpAnswer | undefined>;
