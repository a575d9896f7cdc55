import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firestoreDocumentStore } from '#shared/adapters/gcp/document-store.ts';
import { gcsObjectStore } from '#shared/adapters/gcp/object-store.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import { ABSENT, type ObjectStore } from '#shared/ports/object-store.ts';
import { freshProject, requestEmulator } from '../../emulators/request-emulator.ts';
import { type GcsServer, startGcsServer } from '../../gcs-server/server.ts';
import { realClock } from './real-clock.ts';

const timing = { clock: realClock(), random: repeatableRandom('jitter'), limits: { firstPauseMs: 1 } };
const NAMES = ['a', 'a/b', 'a/c', 'b'] as const;

/** An operation on objects; generations are told by how many writes ago they were made, so that two stores can be compared. */
const objectCommand = fc.oneof(
  fc.record({ kind: fc.constant('put'), name: fc.constantFrom(...NAMES), ago: fc.nat(4), text: fc.string({ maxLength: 20 }) }),
  fc.record({
    kind: fc.constant('copy'),
    name: fc.constantFrom(...NAMES),
    from: fc.constantFrom(...NAMES),
    ago: fc.nat(4),
    sourceAgo: fc.nat(2),
  }),
  fc.record({ kind: fc.constant('delete'), name: fc.constantFrom(...NAMES), ago: fc.nat(4) }),
  fc.record({ kind: fc.constant('get'), name: fc.constantFrom(...NAMES) }),
  fc.record({ kind: fc.constant('range'), name: fc.constantFrom(...NAMES), start: fc.nat(12), length: fc.nat(12) }),
  fc.record({ kind: fc.constant('list'), prefix: fc.constantFrom('', 'a', 'a/', 'c') }),
);
type ObjectCommand = typeof objectCommand extends fc.Arbitrary<infer T> ? T : never;

/** Carries commands out and tells what a caller can see, with generations replaced by the number of the write that made them. */
async function objectAnswers(store: ObjectStore, commands: readonly ObjectCommand[]): Promise<string[]> {
  const made = new Map<string, string[]>();
  const ordinals = new Map<string, number>();
  const generationOf = (name: string, ago: number): string => made.get(name)?.at(-ago) ?? ABSENT;
  const told = (value: unknown): string =>
    JSON.stringify(value, (key, field: unknown) =>
      key === 'generation'
        ? (ordinals.get(field as string) ?? field)
        : field instanceof Uint8Array
          ? Buffer.from(field).toString('hex')
          : field,
    );
  const carryOut = async (command: ObjectCommand): Promise<unknown> => {
    switch (command.kind) {
      case 'get':
        return store.get(command.name);
      case 'range':
        return store.getRange(command.name, command.start, command.start + command.length);
      case 'list':
        return store.list(command.prefix);
      case 'delete':
        return store.delete(command.name, { ifGenerationMatch: generationOf(command.name, command.ago) });
      case 'put':
      case 'copy': {
        const options = {
          ifGenerationMatch: generationOf(command.name, command.ago),
          contentType: 'text/plain',
          metadata: { n: String(ordinals.size) },
        };
        const outcome =
          command.kind === 'put'
            ? await store.put(command.name, utf8(command.text), options)
            : await store.copy(
                { name: command.from, generation: generationOf(command.from, command.sourceAgo) },
                command.name,
                options,
              );
        if (outcome.written) {
          ordinals.set(outcome.stat.generation, ordinals.size + 1);
          made.set(command.name, [...(made.get(command.name) ?? []), outcome.stat.generation]);
        }
        return outcome;
      }
    }
  };
  const answers: string[] = [];
  for (const command of commands) {
    answers.push(await carryOut(command).then(told, (error: { code?: unknown }) => `refused: ${String(error.code)}`));
  }
  return answers;
}

describe('Cloud Storage and memory', () => {
  let server: GcsServer;
  let buckets = 0;
  beforeAll(async () => {
    server = await startGcsServer({ rewriteBytesPerCall: 5 });
  });
  afterAll(() => server.stop());

  it('give the same answers to the same commands', async () => {
    const store = (): ObjectStore => {
      const bucket = server.createBucket(`bucket-${++buckets}`, { versioning: buckets % 2 === 0 });
      return gcsObjectStore({ bucket: bucket.name, apiEndpoint: server.endpoint, ...timing });
    };
    await fc.assert(
      fc.asyncProperty(fc.array(objectCommand, { minLength: 5, maxLength: 25 }), async (commands) => {
        expect(await objectAnswers(store(), commands)).toEqual(await objectAnswers(memoryObjectStore(), commands));
      }),
      { numRuns: 40, seed: 20260314 },
    );
  });
});

const documentWrite = fc.record({
  kind: fc.constantFrom('create', 'set', 'delete'),
  path: fc.constantFrom('c/a', 'c/b', 'd/a'),
  data: fc.dictionary(
    fc.constantFrom('x', 'y', 'z'),
    fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
      fc.string({ unit: 'grapheme' }),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.integer(), { maxLength: 3 }),
    ),
  ),
});
const documentCommand = fc.record({
  reads: fc.subarray(['c/a', 'c/b', 'd/a']),
  writes: fc.array(documentWrite, { maxLength: 4 }),
  abort: fc.boolean(),
});
type DocumentCommand = typeof documentCommand extends fc.Arbitrary<infer T> ? T : never;

async function documentAnswers(store: DocumentStore, commands: readonly DocumentCommand[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const { reads, writes, abort } of commands) {
    const outcome = store.transaction(async (tx) => {
      const seen: unknown[] = [];
      for (const path of reads) seen.push(await tx.get(path));
      for (const write of writes) {
        if (write.kind === 'delete') tx.delete(write.path);
        else tx[write.kind as 'create' | 'set'](write.path, write.data);
      }
      if (abort) throw new Error('abort');
      return seen;
    });
    answers.push(await outcome.catch((error: { code?: string; message: string }) => error.code ?? error.message));
    answers.push(await store.list('c'), await store.list('c', { descending: true, limit: 1 }), await store.get('d/a'));
  }
  return answers;
}

const emulator = await requestEmulator('firestore');

describe.skipIf(emulator.isAbsent)(`Firestore and memory${emulator.note}`, () => {
  it('give the same answers to the same transactions', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(documentCommand, { minLength: 3, maxLength: 10 }), async (commands) => {
        const store = firestoreDocumentStore({ projectId: freshProject(), emulatorHost: emulator.host, ...timing });
        try {
          expect(await documentAnswers(store, commands)).toEqual(await documentAnswers(memoryDocumentStore(), commands));
        } finally {
          await store.close();
        }
      }),
      { numRuns: 15, seed: 20260314 },
    );
  });
});
