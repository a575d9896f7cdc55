import { LivepoolError } from '#shared/core/errors.ts';

/** What became of the request: never arrived, took effect, or takes effect only after `delayCalls` further calls. */
export type FaultEffect = 'none' | 'applied' | 'delayed';

/** What the caller sees: its process dies, or it lives and gets a transient error instead of the answer. */
export type FaultOutcome = 'crash' | 'error';

export interface Fault {
  /** Zero-based index among the calls of one process, over all its stores. */
  readonly call: number;
  readonly effect: FaultEffect;
  readonly outcome: FaultOutcome;
  /** For `delayed`: calls of any process that are answered first. Default 0 = arrives just before the next call. */
  readonly delayCalls?: number;
}

export interface CallRecord {
  readonly process: string;
  /** Index among the calls of this process: what `Fault.call` names. */
  readonly call: number;
  readonly port: 'objects' | 'documents' | 'signer';
  readonly operation: string;
  readonly target: string;
  /** True when the call can change a store; for other calls `applied` and `delayed` mean the same as `none`. */
  readonly isWrite: boolean;
  readonly fault?: Fault;
}

/** A write as it may arrive later. */
export interface LateRequest {
  /** Names the request with all its content: equal texts have equal effects on equal stores. */
  readonly text: () => string;
  readonly arrive: () => Promise<unknown>;
}

/** A write that was sent and has not arrived yet. */
export interface LateWrite {
  /** Calls of any process that are answered first. */
  readonly callsLeft: number;
  readonly request: LateRequest;
}

export interface FaultWireHooks {
  /** Runs before a call is delivered; a scheduler may hold the call here. */
  readonly before?: (record: CallRecord) => void | Promise<void>;
  /** Runs when every late write that is due has arrived, right before the call takes effect; `request` for a call that can write. */
  readonly reached?: (record: CallRecord, request: LateRequest | undefined) => void | Promise<void>;
  /** Runs after every call, also a faulty one, has had its effect: the place to check invariants. */
  readonly after?: (record: CallRecord) => void | Promise<void>;
}

/** The network between any number of processes and their stores: counts calls, keeps late writes, writes the log. */
export interface FaultWire {
  /** Every call in the order in which it was made. */
  readonly log: readonly CallRecord[];
  /** A process whose calls meet these faults. */
  process(name: string, faults?: readonly Fault[]): FaultyProcess;
  /** Late writes that have not arrived yet. */
  pending(): number;
  /** The same, as they are now: another wire can go on with them. */
  lateWrites(): readonly LateWrite[];
  /** Lets every late write arrive now, in the order in which they were sent. */
  flush(): Promise<void>;
}

/** One process under faults; give it to `faultyObjectStore`, `faultyDocumentStore` and `faultySigner`. */
export interface FaultyProcess {
  readonly name: string;
  isDead(): boolean;
  /** Calls made so far; after a run without faults the length of the sweep. */
  callCount(): number;
  /** Dies now, between two calls. */
  kill(): void;
  /** Registers a call and says which fault it meets; the adapter then acts and calls `leave`. */
  enter(call: Omit<CallRecord, 'process' | 'call' | 'fault'>, request?: LateRequest): Promise<CallRecord>;
  /** Runs the `after` hook, then fails as the record's fault demands, or with CrashError when the process died meanwhile. */
  leave(record: CallRecord): Promise<void>;
  /** Keeps a write that arrives later. */
  defer(record: CallRecord, request: LateRequest): void;
}

/** Every call of a dead process ends in this error. It is no LivepoolError, so no error handling may mistake it for an answer. */
export class CrashError extends Error {
  override readonly name = 'CrashError';
}

/**
 * Fault injection for sweeps and schedules. A sweep: run the flow once with `process('p')` and take `callCount()` = n; then for
 * each i < n and each effect run it on fresh stores with the fault `{call: i, effect, outcome: 'crash'}`, start a fresh process
 * for the recovery, and check the invariants in the `after` hook, at the end, and again after `flush()`.
 */
export function faultWire(hooks: FaultWireHooks = {}, sentBefore: readonly LateWrite[] = []): FaultWire {
  const log: CallRecord[] = [];
  let late: readonly LateWrite[] = sentBefore;

  const arrive = async (write: LateWrite): Promise<void> => {
    late = late.filter((other) => other !== write);
    await write.request.arrive().catch(ignoreRefusal);
  };
  const deliverDue = async (): Promise<void> => {
    for (const write of late) if (write.callsLeft <= 0) await arrive(write);
    late = late.map(({ callsLeft, request }) => ({ callsLeft: callsLeft - 1, request }));
  };

  return {
    log,
    pending: () => late.length,
    lateWrites: () => late,
    flush: async () => {
      while (late[0] !== undefined) await arrive(late[0]);
    },
    process: (name, faults = []) => {
      let calls = 0;
      let dead = false;
      const failIfDead = (): void => {
        if (dead) throw new CrashError(`process ${name} is dead`);
      };
      return {
        name,
        isDead: () => dead,
        callCount: () => calls,
        kill: () => {
          dead = true;
        },
        enter: async (call, request) => {
          failIfDead();
          const index = calls++;
          const fault = faults.find((candidate) => candidate.call === index);
          const record: CallRecord = { ...call, process: name, call: index, ...(fault === undefined ? {} : { fault }) };
          await hooks.before?.(record);
          failIfDead();
          await deliverDue();
          await hooks.reached?.(record, request);
          log.push(record);
          return record;
        },
        leave: async (record) => {
          if (record.fault?.outcome === 'crash') dead = true;
          await hooks.after?.(record);
          failIfDead();
          if (record.fault !== undefined) throw lostAnswer(record);
        },
        defer: (record, request) => {
          late = [...late, { callsLeft: record.fault?.delayCalls ?? 0, request }];
        },
      };
    },
  };
}

/**
 * One call under the wire; `request` is what arrives at the store: now, or later when the fault delays a write. `content` tells a
 * write from others of the same operation and target.
 */
export async function underFaults<T>(
  process: FaultyProcess,
  call: Omit<CallRecord, 'process' | 'call' | 'fault'>,
  request: () => Promise<T>,
  content: () => string = () => '',
): Promise<T> {
  const late: LateRequest = { text: () => `${call.operation} ${call.target} ${content()}`, arrive: request };
  const record = await process.enter(call, call.isWrite ? late : undefined);
  const { fault } = record;
  if (fault === undefined) {
    const answer = await request().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    await process.leave(record);
    if ('error' in answer) throw answer.error;
    return answer.value;
  }
  if (call.isWrite && fault.effect === 'applied') await request().catch(ignoreRefusal);
  if (call.isWrite && fault.effect === 'delayed') process.defer(record, late);
  await process.leave(record);
  throw new Error('unreachable: a faulty call always fails');
}

/** A store may refuse a write whose sender is gone; nobody hears of it. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof LivepoolError)) throw error;
}

function lostAnswer(record: CallRecord): LivepoolError {
  const code =
    record.operation === 'commit' ? 'COMMIT_UNKNOWN' : record.port === 'signer' ? 'SIGNING_FAILED' : 'STORE_UNAVAILABLE';
  const message = `injected: no answer to ${record.operation} ${record.target} (${record.process} call ${record.call})`;
  return new LivepoolError(code, 'transient', message);
}
