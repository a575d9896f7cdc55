const TIMEOUT_MS = 5_000;

/** Asks `/health/line` over the socket, as anybody would; true when it answers in time and the verdict is no failure. */
export async function probeLine(url: string, signal: AbortSignal): Promise<boolean> {
  const response = await fetch(`${url}/health/line`, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
  return (await response.text()).startsWith('OK');
}
