/**
 * Steps 7–11 of release spec §6 as a state machine of single bytes, for searches of millions of states. It is a second text of the
 * protocol on purpose: `conformance.test.ts` holds it to the real one, step by step. Epochs and generations are kept as what they are
 * asked for: who holds the newest epoch, and whether what was observed is still so.
 */

/** What one process wants; versions are 1, 2, 3 in their order. */
export interface ModelWish {
  readonly action: 'publish' | 'rollback' | 'restore' | 'recover';
  readonly target: number;
}

/** The first moment: `published` versions were published one after the other, `condemned` means a rollback to 1 came after them. */
export interface ModelSetting {
  readonly published: number;
  readonly condemned?: boolean;
  readonly wishes: readonly ModelWish[];
  /** Answers that may be lost, or requests that may arrive late, in one history. */
  readonly faults: number;
}

/** Changed steps, numbered as in release spec §13. */
export type ModelMutant = 'M1' | 'M2' | 'M3' | 'M4' | 'M5' | 'M6' | 'M7';

export type ModelState = Uint8Array;

/** One possible next moment. */
export interface ModelStep {
  /** Process, place and answer of the step, for `stepText`. */
  readonly label: number;
  readonly state: ModelState;
}

export const OBJECTS = 5;

/** Places of the head and of what is remembered for the invariants. */
export const HEAD = {
  holder: 0,
  seq: 1,
  switching: 2,
  target: 3,
  action: 4,
  request: 5,
  highWater: 6,
  committed: 7,
  committedSeq: 8,
  greatest: 9,
  settled: 10,
  published: 11,
  loggedLow: 12,
  loggedHigh: 13,
  faults: 14,
} as const;
/** Version of each mirror object, then its tag. */
export const MIRROR = 15;
const TAGS = MIRROR + OBJECTS;
/** One late request at most. */
const LATE = TAGS + OBJECTS;
const L = { kind: 0, object: 1, target: 2, action: 3, request: 4, seq: 5, fresh: 6, by: 7 } as const;
const PROCESSES = LATE + 8;
const P = { at: 0, adopting: 1, target: 2, action: 3, request: 4, seq: 5, index: 6, fresh: 7 } as const;
const PROCESS_SIZE = 8;

/** Where a process stands. */
export const AT = { acquire: 0, observe: 1, intent: 2, copy: 3, restat: 4, prove: 5, commit: 6, end: 7 } as const;
const ACTIONS = ['publish', 'rollback', 'restore', 'recover'] as const;
const [PUBLISH, ROLLBACK, RESTORE, RECOVER] = [0, 1, 2, 3] as const;
const NOBODY = 255;

const ARRIVES = -1;

function labelOf(process: number, at: number, answer: number): number {
  return process * 100 + at * 10 + answer;
}

/** A step as a person reads it. */
export function stepText(label: number): string {
  if (label === ARRIVES) return 'the late request arrives';
  const place = Object.keys(AT)[Math.floor(label / 10) % 10] ?? '';
  return `${Math.floor(label / 100)} ${place}${['', ' (answer lost)', ' (sent, late)'][label % 10]}`;
}

/** A broken invariant of a transition; those of states are found by `brokenIn`. */
export class ModelViolation extends Error {}

export interface Model {
  readonly first: ModelState;
  readonly count: number;
  /** The next step of one process; null when it has ended. */
  readonly step: (state: ModelState, process: number) => ModelState | null;
  /** Every possible next moment. */
  readonly steps: (state: ModelState) => readonly ModelStep[];
  /** Invariant that this moment breaks, or null. */
  readonly brokenIn: (state: ModelState) => string | null;
  readonly at: (state: ModelState, process: number) => number;
  /** The same stores with the first process as a fresh one. */
  readonly reborn: (state: ModelState) => ModelState;
}

export function releaseModel({ published, condemned = false, wishes, faults }: ModelSetting, mutant?: ModelMutant): Model {
  const count = wishes.length;
  const size = PROCESSES + count * PROCESS_SIZE;
  const base = (process: number): number => PROCESSES + process * PROCESS_SIZE;
  const get = (s: ModelState, process: number, field: number): number => s[base(process) + field]!;
  const set = (s: ModelState, process: number, field: number, value: number): void => {
    s[base(process) + field] = value;
  };

  const writeHead = (s: ModelState): void => {
    if (s[LATE + L.kind] !== 0 && s[LATE + L.kind] !== AT.copy) s[LATE + L.fresh] = 0;
  };
  const writeObject = (s: ModelState, index: number, version: number, tag: number): void => {
    s[MIRROR + index] = version;
    s[TAGS + index] = tag;
    for (let p = 0; p < count; p++) set(s, p, P.fresh, get(s, p, P.fresh) & ~(1 << index));
    if (s[LATE + L.kind] === AT.copy && s[LATE + L.object] === index) s[LATE + L.fresh] = 0;
  };
  const wear = (s: ModelState, p: number, target: number, action: number, request: number, adopting: number): void => {
    set(s, p, P.target, target);
    set(s, p, P.action, action);
    set(s, p, P.request, request);
    set(s, p, P.adopting, adopting);
    set(s, p, P.index, 0);
  };
  const wearOwn = (s: ModelState, p: number): void => wear(s, p, wishes[p]!.target, ACTIONS.indexOf(wishes[p]!.action), p, 0);
  const begin = (s: ModelState, p: number): void => {
    set(s, p, P.index, 0);
    set(s, p, P.at, mutant === 'M6' ? AT.intent : AT.observe);
  };

  /** True when the request has taken effect on the stores; the process hears of it apart. */
  const acquire = (s: ModelState, holder: number): void => {
    s[HEAD.holder] = holder;
    writeHead(s);
  };
  const afterAcquire = (s: ModelState, p: number): void => {
    wearOwn(s, p);
    const own = get(s, p, P.action);
    if (own !== ROLLBACK && s[HEAD.switching] === 1) wear(s, p, s[HEAD.target]!, s[HEAD.action]!, s[HEAD.request]!, 1);
    else if (own === RECOVER) {
      set(s, p, P.at, AT.end);
      return;
    }
    begin(s, p);
  };
  const refuses = (s: ModelState, target: number, action: number): boolean => {
    const committed = s[HEAD.committed]!;
    const left = Math.max(committed, s[HEAD.switching] === 1 ? s[HEAD.target]! : 0);
    if (action === PUBLISH) return target <= (mutant === 'M5' ? committed : s[HEAD.highWater]!);
    if (action === ROLLBACK) return target >= left;
    return committed === 0 || target <= committed || target > s[HEAD.highWater]!;
  };
  /** Opens the switch, or says that this process is at its end. */
  const open = (s: ModelState, holder: number, target: number, action: number, request: number): boolean => {
    if (s[HEAD.holder] !== holder) return false;
    const switching = s[HEAD.switching] === 1;
    if (action === PUBLISH ? !switching && s[HEAD.committed] === target : (s[HEAD.settled]! & (1 << request)) !== 0) return false;
    const isSame = switching && s[HEAD.target] === target && s[HEAD.action] === action;
    if (!isSame) {
      if ((switching && action !== ROLLBACK) || refuses(s, target, action)) return false;
      if (action === PUBLISH) s[HEAD.highWater] = target;
      if (action === ROLLBACK) s[HEAD.highWater] = Math.max(s[HEAD.highWater]!, s[HEAD.committed]!);
    }
    s[HEAD.switching] = mutant === 'M7' ? 0 : 1;
    s[HEAD.target] = target;
    s[HEAD.action] = action;
    s[HEAD.request] = request;
    s[HEAD.seq]! += 1;
    writeHead(s);
    return true;
  };
  const isLogged = (s: ModelState, seq: number): boolean =>
    ((s[HEAD.loggedLow]! | (s[HEAD.loggedHigh]! << 8)) & (1 << seq)) !== 0;
  /** Moves the pointer, or says that the epoch or the number is somebody else's. */
  const commit = (s: ModelState, holder: number, seq: number, target: number, action: number, request: number): boolean => {
    if (isLogged(s, seq)) return true;
    const isOpen = s[HEAD.switching] === 1 || mutant === 'M7';
    const isMine = s[HEAD.holder] === holder && isOpen && s[HEAD.seq] === seq && s[HEAD.target] === target;
    if (!isMine && mutant !== 'M4') return false;
    if (seq <= s[HEAD.committedSeq]!) throw new ModelViolation(`I4: ${seq} was committed after ${s[HEAD.committedSeq]}`);
    if (action === PUBLISH && target <= s[HEAD.greatest]!) throw new ModelViolation(`I5: ${target} was published late or again`);
    if (action === RESTORE && target > s[HEAD.greatest]!)
      throw new ModelViolation(`I5: ${target} was restored and never offered`);
    if (action !== PUBLISH && (s[HEAD.settled]! & (1 << request)) !== 0) throw new ModelViolation('I6: a request acted twice');
    s[HEAD.settled]! |= action === PUBLISH ? 0 : 1 << request;
    s[HEAD.greatest] = Math.max(s[HEAD.greatest]!, target);
    s[seq < 8 ? HEAD.loggedLow : HEAD.loggedHigh]! |= seq < 8 ? 1 << seq : 1 << (seq - 8);
    s[HEAD.committed] = target;
    s[HEAD.committedSeq] = seq;
    s[HEAD.switching] = 0;
    s[HEAD.target] = 0;
    s[HEAD.action] = 0;
    s[HEAD.request] = 0;
    writeHead(s);
    return true;
  };
  const afterCommit = (s: ModelState, p: number): void => {
    if (mutant !== 'M7') {
      afterSwitch(s, p);
      return;
    }
    set(s, p, P.index, 0);
    set(s, p, P.at, AT.copy);
  };
  const afterSwitch = (s: ModelState, p: number): void => {
    const isOwn = get(s, p, P.adopting) === 0 || get(s, p, P.request) === p;
    if (isOwn || wishes[p]!.action === 'recover') {
      set(s, p, P.at, AT.end);
      return;
    }
    wearOwn(s, p);
    begin(s, p);
  };
  const nextCopy = (s: ModelState, p: number): void => {
    const index = get(s, p, P.index) + 1;
    if (index < OBJECTS) {
      set(s, p, P.index, index);
      set(s, p, P.at, AT.copy);
    } else if (mutant === 'M7') afterSwitch(s, p);
    else set(s, p, P.at, AT.commit);
  };
  const copy = (s: ModelState, p: number): void => {
    const index = get(s, p, P.index);
    const target = get(s, p, P.target);
    const seq = get(s, p, P.seq);
    const isSkipped = mutant === 'M3' && s[MIRROR + index] === target;
    const isWritten = !isSkipped && (mutant === 'M1' || (get(s, p, P.fresh) & (1 << index)) !== 0);
    if (isWritten) writeObject(s, index, target, seq);
    const isMine = s[TAGS + index] === seq && s[MIRROR + index] === target;
    if (isSkipped || isWritten || isMine) nextCopy(s, p);
    else set(s, p, P.at, mutant === 'M2' ? AT.prove : AT.restat);
  };

  const step = (from: ModelState, p: number): ModelState | null => {
    const at = get(from, p, P.at);
    if (at === AT.end) return null;
    const s = from.slice();
    const index = get(s, p, P.index);
    switch (at) {
      case AT.acquire:
        acquire(s, p);
        afterAcquire(s, p);
        break;
      case AT.observe:
        set(s, p, P.fresh, index === 0 ? 1 : get(s, p, P.fresh) | (1 << index));
        if (index + 1 < OBJECTS) set(s, p, P.index, index + 1);
        else {
          set(s, p, P.index, 0);
          set(s, p, P.at, mutant === 'M6' ? AT.copy : AT.intent);
        }
        break;
      case AT.intent:
        if (open(s, p, get(s, p, P.target), get(s, p, P.action), get(s, p, P.request))) {
          set(s, p, P.seq, s[HEAD.seq]!);
          set(s, p, P.index, 0);
          set(s, p, P.at, mutant === 'M6' ? AT.observe : mutant === 'M7' ? AT.commit : AT.copy);
        } else set(s, p, P.at, AT.end);
        break;
      case AT.copy:
        copy(s, p);
        break;
      case AT.restat:
        set(s, p, P.fresh, get(s, p, P.fresh) | (1 << index));
        set(s, p, P.at, mutant === 'M2' ? AT.copy : AT.prove);
        break;
      case AT.prove: {
        const isOpen = s[HEAD.switching] === 1 || mutant === 'M7';
        const isMine = s[HEAD.holder] === p && s[HEAD.seq] === get(s, p, P.seq) && isOpen;
        set(s, p, P.at, isMine ? (mutant === 'M2' ? AT.restat : AT.copy) : AT.end);
        break;
      }
      case AT.commit:
        if (commit(s, p, get(s, p, P.seq), get(s, p, P.target), get(s, p, P.action), get(s, p, P.request))) afterCommit(s, p);
        else set(s, p, P.at, AT.end);
        break;
    }
    return s;
  };

  /** The stores after the process's next request, while the process itself has heard nothing and will ask again. */
  const unanswered = (from: ModelState, p: number, after: ModelState): ModelState => {
    const s = after.slice();
    const fresh = get(s, p, P.fresh);
    s.set(from.subarray(base(p), base(p) + PROCESS_SIZE), base(p));
    set(s, p, P.fresh, get(s, p, P.fresh) & fresh);
    return s;
  };
  const sentLate = (from: ModelState, p: number): ModelState => {
    const s = from.slice();
    const at = get(s, p, P.at);
    s[LATE + L.kind] = at === AT.acquire ? NOBODY : at;
    s[LATE + L.object] = get(s, p, P.index);
    s[LATE + L.target] = get(s, p, P.target);
    s[LATE + L.action] = get(s, p, P.action);
    s[LATE + L.request] = get(s, p, P.request);
    s[LATE + L.seq] = get(s, p, P.seq);
    s[LATE + L.fresh] = at === AT.copy ? (get(s, p, P.fresh) >> get(s, p, P.index)) & 1 : 1;
    s[LATE + L.by] = p;
    return s;
  };
  const arrive = (from: ModelState): ModelState => {
    const s = from.slice();
    const [kind, object, target, action, request, seq, fresh, by] = s.subarray(LATE, LATE + 8) as unknown as number[];
    s.fill(0, LATE, LATE + 8);
    if (fresh !== 1) return s;
    if (kind === AT.copy) writeObject(s, object!, target!, seq!);
    // The epoch of a late lease is nobody's: its sender has heard of none.
    else if (kind === NOBODY) acquire(s, NOBODY);
    else if (kind === AT.intent) open(s, by!, target!, action!, request!);
    else commit(s, by!, seq!, target!, action!, request!);
    return s;
  };

  const spend = (s: ModelState): ModelState => {
    s[HEAD.faults]! -= 1;
    return s;
  };
  const steps = (state: ModelState): readonly ModelStep[] => {
    const next: ModelStep[] = [];
    for (let p = 0; p < count; p++) {
      const after = step(state, p);
      if (after === null) continue;
      const at = get(state, p, P.at);
      next.push({ label: labelOf(p, at, 0), state: after });
      const isRequest = at === AT.acquire || at === AT.intent || at === AT.copy || at === AT.commit;
      if (!isRequest || state[HEAD.faults] === 0) continue;
      next.push({ label: labelOf(p, at, 1), state: spend(unanswered(state, p, after)) });
      if (state[LATE + L.kind] === 0) next.push({ label: labelOf(p, at, 2), state: spend(sentLate(state, p)) });
    }
    if (state[LATE + L.kind] !== 0) next.push({ label: ARRIVES, state: arrive(state) });
    return next;
  };

  const brokenIn = (s: ModelState): string | null => {
    if (s[HEAD.switching] === 1) return null;
    for (let index = 0; index < OBJECTS; index++) if (s[MIRROR + index] !== s[HEAD.committed]) return 'I3: the mirror is mixed';
    return null;
  };

  const reborn = (state: ModelState): ModelState => state.slice().fill(0, base(0), base(1));

  const first = new Uint8Array(size);
  first[HEAD.holder] = NOBODY;
  first[HEAD.faults] = faults;
  const acts = published + (condemned ? 1 : 0);
  const current = condemned ? 1 : published;
  first[HEAD.seq] = first[HEAD.committedSeq] = acts;
  first[HEAD.highWater] = first[HEAD.greatest] = published;
  first[HEAD.committed] = current;
  for (let seq = 1; seq <= acts; seq++) first[HEAD.loggedLow]! |= 1 << seq;
  first.fill(current, MIRROR, MIRROR + OBJECTS);
  first.fill(acts, TAGS, TAGS + OBJECTS);
  return { first, count, step, steps, brokenIn, at: (s, p) => get(s, p, P.at), reborn };
}
