import type { HttpFunction, Request, Response } from '@google-cloud/functions-framework';
import type { EdgeAnswer, EdgeRequest } from './edge-request.ts';
import type { Served } from './serve-request.ts';

/** Exit code of an instance that ends itself after a broken invariant (sysexits EX_SOFTWARE). */
const EXIT_SOFTWARE = 70;

/** The functions-framework form of a deployable. */
export function httpFunction(
  serve: (request: EdgeRequest) => Promise<Served>,
  exit: (code: number) => void = (code) => process.exit(code),
): HttpFunction {
  return async (request: Request, response: Response): Promise<void> => {
    const { answer, mustExit } = await serve(edgeRequest(request));
    if (mustExit) response.once('finish', () => exit(EXIT_SOFTWARE));
    send(answer, response);
  };
}

function edgeRequest({ method, headers, rawBody }: Request): EdgeRequest {
  const single = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]);
  return { method, headers: Object.fromEntries(single) as EdgeRequest['headers'], body: rawBody ?? new Uint8Array() };
}

function send({ status, headers = {}, json }: EdgeAnswer, response: Response): void {
  response.status(status).set({ 'cache-control': 'no-store', ...headers });
  if (json === undefined) response.end();
  else response.json(json);
}
