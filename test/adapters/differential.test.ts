import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { sqliteDocumentStore } from '#shared/adapters/sqlite/document-store.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import type { DocumentStore, DocumentTransaction } from '#shared/ports/document-store.ts';
import { ABSENT, type Generation, type ObjectStat, type ObjectStore, type WriteOutcome } from '#shared/ports/object-store.ts';
import {
  type DocumentCommand,
  type DocumentStep,
  documentCommand,
  type GenerationChoice,
  type ObjectCommand,
  objectCommand,
} from '../arbitraries/store-commands.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Commands in one sequence, at most. */
const LENGTH = 60;

/** Commands for each pair of stores; set LIVEPOOL_COMMANDS=100000 for the long run. */
const COMMANDS = Number(process.env.LIVEPOOL_COMMANDS ?? 2_000);

/** Sequences are half as long as their limit on average. */
const RUNS = { numRuns: Math.ceil(COMMANDS / (LENGTH / 2)), endOnFailure: true };

const LIMIT_MS = 60_000 + COMMANDS * 10;

it(`folder and memory answer ${COMMANDS} object commands alike`, { timeout: LIMIT_MS }, async () => {
  let folders = 0;
  let commands = 0;
  const root = temporaryFolder();
  await fc.assert(
    fc.asyncProperty(fc.array(objectCommand, { maxLength: LENGTH, size: 'max' }), async (sequence) => {
      const memory = objectRunner(memoryObjectStore());
      const folder = objectRunner(folderObjectStore({ root: path.join(root, String(folders++)), durable: false }));
      for (const command of sequence) {
        expect(await folder(command)).toEqual(await memory(command));
        commands += 1;
      }
    }),
    RUNS,
  );
  expect(commands).toBeGreaterThan(COMMANDS / 2);
});

it(`SQLite and memory answer ${COMMANDS} document commands alike`, { timeout: LIMIT_MS }, async () => {
  let files = 0;
  let commands = 0;
  const root = temporaryFolder();
  await fc.assert(
    fc.asyncProperty(fc.array(documentCommand, { maxLength: LENGTH, size: 'max' }), async (sequence) => {
      const [memory, sqlite] = [memoryDocumentStore(), sqliteDocumentStore({ file: path.join(root, `${files++}.sqlite`) })];
      try {
        for (const command of sequence) {
          expect(await answer(() => runDocument(sqlite, command))).toEqual(await answer(() => runDocument(memory, command)));
          commands += 1;
        }
      } finally {
        sqlite.close();
      }
    }),
    RUNS,
  );
  expect(commands).toBeGreaterThan(COMMANDS / 2);
});

/** The value of a call, or the code of its refusal. */
async function answer(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return { value: await call() };
  } catch (error) {
    if (error instanceof LivepoolError) return { code: error.code, kind: error.kind };
    throw error;
  }
}

/** Runs commands on one store and tells generations by their place in the name's history, since each store has its own. */
function objectRunner(store: ObjectStore): (command: ObjectCommand) => Promise<unknown> {
  const histories = new Map<string, Generation[]>();
  const historyOf = (name: string): Generation[] => {
    const history = histories.get(name) ?? [];
    histories.set(name, history);
    return history;
  };
  const choose = async (name: string, choice: GenerationChoice): Promise<Generation> => {
    if (choice === 'absent') return ABSENT;
    if (choice !== 'current') return historyOf(name)[choice.nth] ?? '999999';
    return (await store.stat(name))?.generation ?? ABSENT;
  };
  const portable = (stat: ObjectStat | null): unknown =>
    stat === null ? null : { ...stat, generation: historyOf(stat.name).indexOf(stat.generation) };
  const record = (outcome: WriteOutcome): unknown => {
    if (!outcome.written) return { written: false, current: portable(outcome.current) };
    historyOf(outcome.stat.name).push(outcome.stat.generation);
    return { written: true, stat: portable(outcome.stat) };
  };
  const options = async (name: string, seq: string, at: GenerationChoice) => ({
    ifGenerationMatch: await choose(name, at),
    contentType: 'text/plain',
    metadata: { publish_seq: seq },
  });
  const run = async (command: ObjectCommand): Promise<unknown> => {
    switch (command.kind) {
      case 'put':
        return record(await store.put(command.name, utf8(command.text), await options(command.name, command.seq, command.at)));
      case 'copy': {
        const source = { name: command.source, generation: await choose(command.source, command.sourceAt) };
        return record(await store.copy(source, command.name, await options(command.name, command.seq, command.at)));
      }
      case 'delete':
        return store.delete(command.name, { ifGenerationMatch: await choose(command.name, command.at) });
      case 'get': {
        const generation = command.at === undefined ? undefined : await choose(command.name, command.at);
        const { maxBytes } = command;
        const object = await store.get(command.name, {
          ...(generation === undefined ? {} : { generation }),
          ...(maxBytes === undefined ? {} : { maxBytes }),
        });
        return object === null ? null : { bytes: object.bytes, stat: portable(object.stat) };
      }
      case 'range':
        return store.getRange(command.name, command.start, command.end);
      case 'stat':
        return portable(await store.stat(command.name));
      case 'list':
        return (await store.list(command.prefix)).map(portable);
    }
  };
  return (command) => answer(() => run(command));
}

async function runDocument(store: DocumentStore, command: DocumentCommand): Promise<unknown> {
  switch (command.kind) {
    case 'get':
      return store.get(command.path);
    case 'list':
      return store.list(command.collection, command.options);
    case 'transaction':
      return store.transaction(async (tx) => {
        const reads: unknown[] = [];
        for (const step of command.steps) await runStep(tx, step, reads);
        if (command.aborts) throw new LivepoolError('ABORTED', 'terminal', 'the body changed its mind');
        return reads;
      });
  }
}

async function runStep(tx: DocumentTransaction, step: DocumentStep, reads: unknown[]): Promise<void> {
  switch (step.kind) {
    case 'get':
      reads.push(await tx.get(step.path));
      return;
    case 'delete':
      tx.delete(step.path);
      return;
    case 'create':
    case 'set':
      tx[step.kind](step.path, step.data);
      return;
  }
}
