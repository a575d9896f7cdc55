/** The process is gone; nothing of the program may swallow this. */
export class Killed extends Error {}

/** Kills a process at one of its calls to the outside: before it is sent, or after it took effect and before the answer. */
export interface KillPoint {
  /** Number of the call, from 1. */
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** One process: counts the calls of everything wrapped, and dies at the kill point; dead, it makes no call any more. */
export function mortalProcess(point?: KillPoint) {
  let calls = 0;
  let isDead = false;
  const call = async (send: () => Promise<unknown>): Promise<unknown> => {
    calls += 1;
    const isLast = calls === point?.call;
    if (isDead || (isLast && point?.when === 'before')) throw die();
    const answer = await send();
    if (isLast) throw die();
    return answer;
  };
  const die = (): Killed => {
    isDead = true;
    return new Killed(`killed ${point?.when} call ${calls}`);
  };
  return {
    calls: () => calls,
    isDead: () => isDead,
    /** The port as this process sees it: every method is one call. */
    wrap: <T extends object>(port: T): T =>
      new Proxy(port, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function') return member;
          return (...args: unknown[]) => call(() => Reflect.apply(member, target, args) as Promise<unknown>);
        },
      }),
  };
}

export type MortalProcess = ReturnType<typeof mortalProcess>;
