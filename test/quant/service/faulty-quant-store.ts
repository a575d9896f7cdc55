import { LivepoolError } from '#shared/core/errors.ts';
import type { QuantStore } from '#shared/ports/quant-store.ts';

/** The process died here; nothing of ours catches this. */
export class Killed extends LivepoolError {
  constructor(operation: string) {
    super('KILLED', 'bug', `killed at ${operation}`);
  }
}

export interface Kill {
  /** Number of the store call, from 1. */
  readonly at: number;
  /** Whether that call still reached the store. */
  readonly reached: boolean;
}

/** `store` as a process sees it that is killed at one of its calls: that call fails, and no later one reaches the store. */
export function killedStore(store: QuantStore, kill: Kill): QuantStore & { readonly calls: () => readonly string[] } {
  const calls: string[] = [];
  const wrapped = Object.fromEntries(
    Object.entries(store).map(([name, call]: [string, (...args: unknown[]) => Promise<unknown>]) => {
      return [
        name,
        async (...args: unknown[]) => {
          calls.push(name);
          if (calls.length < kill.at) return call(...args);
          if (calls.length === kill.at && kill.reached) await call(...args);
          throw new Killed(`${name} #${calls.length}`);
        },
      ];
    }),
  );
  return { ...(wrapped as unknown as QuantStore), calls: () => calls };
}
