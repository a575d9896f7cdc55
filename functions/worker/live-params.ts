import { loadQuantParams } from '#shared/adapters/fs/quant-params-file.ts';
import { loadWorkerParams } from '#shared/adapters/fs/worker-params-file.ts';
import type { ParamChange } from '#shared/contracts/config-reload.ts';
import type { QuantParams } from '#shared/contracts/quant-params.ts';
import type { WorkerParams } from '#shared/contracts/worker-params.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { err, ok, type Refusal, type Result } from '#shared/core/result.ts';
import { RELOADABLE } from '#shared/supervision/reload/reload-rules.ts';
import type { WorkerConfig } from './config.ts';

/** Parameters as their files say. */
export interface ParamFiles {
  readonly worker: WorkerParams;
  readonly quant: QuantParams;
}

/** The same at a start; throws PARAMS_INVALID. */
export function loadParamFiles(config: ParamPlaces): ParamFiles {
  const files = readParamFiles(config);
  if (files.ok) return files.value;
  const { code, message, details } = files.error;
  throw new LivepoolError(code, 'terminal', message, details);
}

/** Both files, whole; PARAMS_INVALID with every problem of both, each with file and field. */
export function readParamFiles(config: ParamPlaces): Result<ParamFiles, Refusal> {
  const worker = read(() => loadWorkerParams(config.PIPELINE_WORKER_PARAMS));
  const quant = read(() => loadQuantParams(config.PIPELINE_QUANT_PARAMS));
  const contradicting = worker.ok && quant.ok ? contradictions(worker.value, quant.value) : [];
  const about = contradicting.map((problem) => ({ file: config.PIPELINE_WORKER_PARAMS, problem }));
  const problems = [...[worker, quant].flatMap((each) => (each.ok ? [] : each.error)), ...about];
  if (worker.ok && quant.ok && problems.length === 0) return ok({ worker: worker.value, quant: quant.value });
  const message = problems.map(({ file, problem }) => `${file}: ${problem}`).join('; ');
  return err({ code: 'PARAMS_INVALID', message, details: { problems } });
}

/** What each number says well and two of them say wrong together. */
function contradictions(
  { archive, health, recovery, retention }: WorkerParams,
  { tick_ms: tickMs }: QuantParams,
): readonly string[] {
  const found: string[] = [];
  const ordered = (section: string, [low, a]: readonly [string, number], [high, b]: readonly [string, number]): void => {
    if (a > b) found.push(`${section}.${low}: must not exceed ${high}, ${b}`);
  };
  if (archive.features_every_ms % tickMs !== 0) found.push(`archive.features_every_ms: must be a multiple of tick_ms, ${tickMs}`);
  ordered('health', ['book_not_live_ms', health.book_not_live_ms], ['no_book_ms', health.no_book_ms]);
  ordered('health', ['memory_degraded_pct', health.memory_degraded_pct], ['memory_fail_pct', health.memory_fail_pct]);
  const { clock_skew_degraded_ms: degraded, clock_skew_fail_ms: fail } = health;
  ordered('health', ['clock_skew_degraded_ms', degraded], ['clock_skew_fail_ms', fail]);
  if (retention.commands_ms < 2 * recovery.signature_window_ms) {
    found.push('retention.commands_ms: a nonce must outlive twice the signature_window_ms of recovery');
  }
  return found;
}

type ParamPlaces = Pick<WorkerConfig, 'PIPELINE_WORKER_PARAMS' | 'PIPELINE_QUANT_PARAMS'>;

/**
 * Parameters in force. `worker` and `alerts` are the objects that everybody reads at every use: an accepted reload changes them in place,
 * all keys in one turn. `quant` is what the engine began with, hashed into every row, and never changes.
 */
export class LiveParams {
  readonly worker: WorkerParams;
  readonly quant: QuantParams;
  readonly alerts: QuantParams['alerts'];

  constructor({ worker, quant }: ParamFiles) {
    this.worker = structuredClone(worker);
    this.quant = quant;
    this.alerts = structuredClone(quant.alerts);
  }

  get inForce(): ParamFiles {
    return { worker: this.worker, quant: { ...this.quant, alerts: this.alerts } };
  }

  /** Only keys of the whitelist; another one is a bug of the caller, and nothing is changed. */
  apply(changes: readonly ParamChange[]): void {
    const foreign = changes.find(({ key }) => !Object.hasOwn(RELOADABLE, key));
    if (foreign !== undefined)
      throw new LivepoolError('INVARIANT', 'bug', `${foreign.key} cannot be changed while the worker runs`);
    const root = { worker: this.worker, quant: { alerts: this.alerts } };
    for (const { key, to } of changes) setAt(root, key.split('.'), to);
  }
}

function setAt(branch: object, [name = '', ...rest]: readonly string[], value: unknown): void {
  const own = branch as Record<string, unknown>;
  if (rest.length === 0) own[name] = value;
  else setAt(own[name] as object, rest, value);
}

type Problem = Readonly<Record<'file' | 'problem', string>>;

function read<T>(load: () => T): Result<T, readonly Problem[]> {
  try {
    return ok(load());
  } catch (error) {
    if (!(error instanceof LivepoolError) || error.code !== 'PARAMS_INVALID') throw error;
    const { file, problems } = error.details as { readonly file: string; readonly problems: readonly string[] };
    return err(problems.map((problem) => ({ file, problem })));
  }
}
