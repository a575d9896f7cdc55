/** A request as every deployable sees it, free of any framework. */
export interface EdgeRequest {
  readonly method: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes received. */
  readonly body: Uint8Array;
}

/** What goes back. */
export interface EdgeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; absent = no body. */
  readonly json?: unknown;
}
