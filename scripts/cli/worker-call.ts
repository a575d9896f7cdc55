import { LivepoolError } from '#shared/core/errors.ts';

/** One request to a worker. Rejects with WORKER_UNREACHABLE when nothing answers, and with the signal's reason when it was stopped. */
export async function callWorker(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    init.signal?.throwIfAborted();
    throw new LivepoolError('WORKER_UNREACHABLE', 'transient', `no worker answers at ${url}; is it running?`, { url }, error);
  }
}

/** A JSON answer, whatever its status. WORKER_UNREACHABLE when it is no JSON: something else answers there. */
export async function workerJson<T>(url: string, signal: AbortSignal): Promise<T> {
  const response = await callWorker(url, { signal });
  try {
    return (await response.json()) as T;
  } catch (error) {
    signal.throwIfAborted();
    throw new LivepoolError('WORKER_UNREACHABLE', 'transient', `what answers at ${url} is no worker`, { url }, error);
  }
}
