/** Whose calls come next, and how many of them: long turns let one process sleep through the whole act of another. */
export interface Turn {
  readonly actor: number;
  readonly calls: number;
}

/** Something that happens while every process stands still: a stolen lease, a jump of the clock, a foreign hand. */
export type Aside = () => Promise<void>;

export interface TurnGate {
  /** Holds a call of a process until its turn. */
  wait(process: string): Promise<void>;
  /** Gives the turns until every life is over; exactly one process runs at any moment. What the plan leaves open is finished in order. */
  direct(lives: ReadonlyMap<string, Promise<void>>, plan: readonly (Turn | Aside)[]): Promise<void>;
}

/** A scheduler for processes whose every call waits at the gate. */
export function turnGate(): TurnGate {
  const waiting = new Map<string, () => void>();
  let notice: () => void = () => undefined;
  return {
    wait: (process) =>
      new Promise((resolve) => {
        waiting.set(process, resolve);
        notice();
      }),
    direct: async (lives, plan) => {
      const alive = new Set(lives.keys());
      const ends = [...lives].map(([name, life]) =>
        life.finally(() => {
          alive.delete(name);
          notice();
        }),
      );
      const over = Promise.all(ends);
      // Reported at the end; until then the others play on.
      over.catch(() => undefined);
      const names = [...lives.keys()];
      const order = stepsOf(plan, names).values();
      const stillness = async (): Promise<void> => {
        while ([...alive].some((name) => !waiting.has(name))) {
          await new Promise<void>((resolve) => {
            notice = resolve;
          });
        }
      };
      for (await stillness(); alive.size > 0; await stillness()) {
        const planned = order.next().value;
        if (typeof planned === 'function') {
          await planned();
          continue;
        }
        const name = planned !== undefined && alive.has(planned) ? planned : [...alive][0]!;
        const go = waiting.get(name);
        waiting.delete(name);
        go?.();
      }
      await over;
    },
  };
}

function stepsOf(plan: readonly (Turn | Aside)[], names: readonly string[]): readonly (string | Aside)[] {
  return plan.flatMap((turn): readonly (string | Aside)[] =>
    typeof turn === 'function' ? [turn] : Array<string>(turn.calls).fill(names[turn.actor] ?? ''),
  );
}
