import { LivepoolError } from '../../core/errors.ts';
import type { ServerTime } from '../../ports/server-time.ts';
import { answerInTime, type CallTiming } from './bounded-attempts.ts';

export interface GcpServerTimeOptions extends CallTiming {
  /** Another service that answers HTTP, `http://host:port`. Default: Cloud Storage. */
  readonly apiEndpoint?: string | undefined;
}

/** Time of Cloud Storage by the `Date` of any of its answers, which everybody may read; whole seconds. */
export function gcpServerTime({ apiEndpoint, ...timing }: GcpServerTimeOptions): ServerTime {
  const url = apiEndpoint ?? 'https://storage.googleapis.com';
  return {
    server: new URL(url).host,
    read: async () => {
      const date = await answerInTime(timing, async () => (await fetch(url, { method: 'HEAD' })).headers.get('date')).catch(
        (cause: unknown) => {
          throw new LivepoolError('STORE_UNAVAILABLE', 'transient', `${url} does not answer: ${String(cause)}`, { url }, cause);
        },
      );
      const serverMs = Date.parse(date ?? '');
      if (Number.isFinite(serverMs)) return { serverMs, resolutionMs: 1_000 };
      throw new LivepoolError('STORE_UNAVAILABLE', 'transient', `${url} does not say what time it is`, { url });
    },
  };
}
