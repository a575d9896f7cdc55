import { seededRandom } from '../../core/seeded-random.ts';
import type { Fault } from './fault.ts';

/** Decides which fault, if any, meets a request. Holds the counts of requests seen. */
export interface FaultPlan {
  /** Adds a fault; requests already seen do not count for it. What it returns withdraws the fault: true when some of it was left. */
  inject(fault: Fault): () => boolean;
  /** Removes all faults. */
  clear(): void;
  /** The first planned fault that meets this request; counts the request for every fault it matches. */
  meet(requestText: string): Fault | undefined;
}

interface Planned {
  readonly fault: Fault;
  readonly number: number;
  seen: number;
  /** How often each text was seen; only where chance decides. */
  readonly texts: Map<string, number>;
}

/**
 * A plan from a list. `rate` is decided by the seed, the fault's number, the request's text and how often that text was seen since
 * the fault was planned, so that the order of different requests changes nothing.
 */
export function faultPlan(seed: string, faults: readonly Fault[]): FaultPlan {
  let planned: Planned[] = [];
  let injected = 0;
  const inject = (fault: Fault): (() => boolean) => {
    const entry: Planned = { fault, number: injected, seen: 0, texts: new Map() };
    planned.push(entry);
    injected += 1;
    return () => {
      const wasLeft = planned.includes(entry);
      planned = planned.filter((other) => other !== entry);
      return wasLeft;
    };
  };
  for (const fault of faults) inject(fault);
  return {
    inject,
    clear: () => {
      planned = [];
    },
    meet: (requestText) => {
      let met: Fault | undefined;
      for (const entry of planned) {
        if (!requestText.includes(entry.fault.target ?? '')) continue;
        entry.seen += 1;
        const draw = (): number => {
          const occurrence = (entry.texts.get(requestText) ?? 0) + 1;
          entry.texts.set(requestText, occurrence);
          return seededRandom(`${seed}/fault/${entry.number}/${occurrence}/${requestText}`).next();
        };
        const meets = applies(entry.fault, entry.seen, draw);
        if (met === undefined && meets) met = entry.fault;
      }
      planned = planned.filter((entry) => !isOver(entry.fault, entry.seen));
      return met;
    },
  };
}

/** Whether a counted fault has met all its requests. */
function isOver(fault: Fault, seen: number): boolean {
  return fault.rate === undefined && seen >= (fault.at ?? 1) + (fault.count ?? 1) - 1;
}

function applies(fault: Fault, seen: number, draw: () => number): boolean {
  if (fault.rate !== undefined) return draw() < fault.rate;
  const first = fault.at ?? 1;
  return seen >= first && seen < first + (fault.count ?? 1);
}
