import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import type { EmulatorName } from './emulator-jar.ts';
import { type RunningEmulator, startEmulator } from './emulator-process.ts';

/** What the desk answers: where an emulator is, or why there is none. */
export type DeskAnswer = { readonly host: string } | { readonly absent: string };

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the emulator desk of this test run. */
    emulatorDesk: string;
  }
}

/**
 * Global setup of the test run: a desk in the main process where test files ask for an emulator. The first to ask has it
 * started, all share it, the end of the run stops it. A run that needs no emulator starts none.
 */
export default async function openEmulatorDesk(project: TestProject): Promise<() => Promise<void>> {
  const started = new Map<string, Promise<RunningEmulator>>();
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1) as EmulatorName;
    const emulator = started.get(name) ?? startEmulator(name);
    started.set(name, emulator);
    emulator
      .then(({ host }): DeskAnswer => ({ host }))
      .catch((error: unknown): DeskAnswer => ({ absent: error instanceof Error ? error.message : String(error) }))
      .then((answer) => response.end(JSON.stringify(answer)))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('emulatorDesk', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    server.closeAllConnections();
    for (const emulator of started.values()) await emulator.then(({ stop }) => stop()).catch(() => undefined);
  };
}
