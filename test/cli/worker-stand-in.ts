import { join } from 'node:path';
import { type RunningHttpServer, startHttpServer } from '#shared/adapters/http/http-server.ts';
import { operatorKeyFile } from '#shared/adapters/keys/operator-key-file.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { HttpHandler } from '#shared/ports/http-handler.ts';
import { commandAuthority } from '../../functions/worker/command-authority.ts';
import { ContinuityKeeper } from '../../functions/worker/continuity-keeper.ts';
import type { WorkerIdentity } from '../../functions/worker/identity.ts';
import type { Observation } from '../../functions/worker/observer.ts';
import { WORKER_PARAMS } from '../supervision/worker-params.ts';

const QUIET = { info: () => undefined, notice: () => undefined, warn: () => undefined, error: () => undefined };

const IDENTITY: WorkerIdentity = {
  version: '0.1.0',
  sourceRevision: '',
  environment: 'local',
  mode: 'paper',
  market: 'sim',
  venueProfile: 'us_strict',
  instanceId: 'w-1',
  startedMs: Date.now(),
};

/** The continuity part of a worker, served as the worker serves it, with its operators' key in `folder`. */
export class ContinuityWorker {
  readonly store: DocumentStore = memoryDocumentStore();
  readonly keyFile: string;
  probes = 0;
  readonly #stop = new AbortController();
  readonly #keeper: ContinuityKeeper;
  #running: Promise<void> | undefined;
  #server: RunningHttpServer | undefined;

  constructor(folder: string) {
    const clock = systemClock();
    this.keyFile = join(folder, 'operator.key');
    const key = operatorKeyFile(this.keyFile);
    const verdict = { status: 'ok', line: 'OK', findings: [] } as const;
    this.#keeper = new ContinuityKeeper({
      clock,
      logger: QUIET,
      store: this.store,
      params: WORKER_PARAMS.continuity,
      retention: WORKER_PARAMS.retention,
      identity: IDENTITY,
      imageDigest: '',
      configHash: () => '',
      acceptedHashes: async () => new Set(),
      schemaHash: '',
      observe: () => ({ verdict, components: [] }) as unknown as Observation,
      isRecovering: () => false,
      sources: () => [],
      probe: async () => {
        this.probes += 1;
        return true;
      },
      authority: commandAuthority({ clock, key, documents: this.store, params: WORKER_PARAMS.recovery }),
    });
  }

  /** Where it answers. */
  async start(): Promise<string> {
    this.#running = this.#keeper.run(this.#stop.signal);
    this.#server = await serving([this.#keeper.route]);
    return this.#server.url;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#server?.close();
  }
}

/** Handlers behind the worker's own server, at any free port. */
export function serving(handlers: readonly HttpHandler[]): Promise<RunningHttpServer> {
  return startHttpServer({ clock: systemClock(), logger: QUIET }, { host: '127.0.0.1', port: 0, handlers });
}
