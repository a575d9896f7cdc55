import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type EmulatorName, findEmulatorJar } from './emulator-jar.ts';

export interface RunningEmulator {
  /** `127.0.0.1:port`. */
  readonly host: string;
  readonly stop: () => Promise<void>;
}

/** Small and quick to start, not fast in the long run. */
const JVM_OPTIONS = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

const START_TIMEOUT_MS = 90_000;

/** Starts an emulator on a free port and waits until it answers; rejects with a reason a person can act on. */
export async function startEmulator(name: EmulatorName): Promise<RunningEmulator> {
  const jar = await findEmulatorJar(name);
  if (jar === undefined) throw new Error(`no ${name} emulator: install it with "gcloud components install" or firebase-tools`);
  const port = await freePort();
  const child = spawn('java', [...JVM_OPTIONS, ...programOf(name, jar), '--host=127.0.0.1', `--port=${port}`], {
    stdio: 'ignore',
  });
  const host = `127.0.0.1:${port}`;
  await Promise.race([answers(host, child), failure(child, name)]);
  return { host, stop: () => stopProcess(child) };
}

/** The Firestore jar names no main class. */
function programOf(name: EmulatorName, jar: string): readonly string[] {
  if (name === 'pubsub') return ['-jar', jar];
  return ['-cp', jar, 'com.google.cloud.datastore.emulator.firestore.CloudFirestore'];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(host: string, child: ChildProcess): Promise<void> {
  const giveUpMs = Date.now() + START_TIMEOUT_MS;
  while (child.exitCode === null && Date.now() < giveUpMs) {
    const response = await fetch(`http://${host}/`).catch(() => undefined);
    if (response?.ok === true) return;
    await wait(50);
  }
  await stopProcess(child);
  throw new Error(`the emulator on ${host} did not answer within ${START_TIMEOUT_MS} ms`);
}

async function failure(child: ChildProcess, name: EmulatorName): Promise<never> {
  const reason = await Promise.race([
    once(child, 'error').then(() => 'java is not on the PATH'),
    once(child, 'exit').then(([code]) => `its process ended with ${String(code)}`),
  ]);
  throw new Error(`no ${name} emulator: ${reason}`);
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
