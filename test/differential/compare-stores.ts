import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { type DocumentCommand, documentCommand, type ObjectCommand, objectCommand } from '../arbitraries/store-commands.ts';
import { documentRunner } from './document-runner.ts';
import { objectRunner } from './object-runner.ts';

/** One implementation of a port; `open` gives an empty store each time. */
export interface Contestant<S> {
  readonly name: string;
  readonly open: () => Promise<{ readonly store: S; readonly close?: () => Promise<void> | void }>;
}

export interface CompareOptions {
  readonly seed: number;
  /** About so many commands for each store, in sequences from an empty store. */
  readonly commands: number;
}

export interface CompareFigures {
  readonly stores: readonly string[];
  readonly sequences: number;
  readonly commands: number;
  readonly seed: number;
}

/** Random commands on all stores at once: every answer and the state at the end must agree. Throws the shortest disagreement. */
export function compareObjectStores(
  stores: readonly Contestant<ObjectStore>[],
  options: CompareOptions,
): Promise<CompareFigures> {
  const ending: readonly ObjectCommand[] = [
    { kind: 'list', prefix: '' },
    ...['current/a', 'current/b', 'releases/v1/a', 'releases/v1/a.b', 'z'].map(
      (name): ObjectCommand => ({ kind: 'get', name, at: undefined, maxBytes: undefined }),
    ),
  ];
  return compare(stores, objectRunner, objectCommand, ending, options);
}

export function compareDocumentStores(
  stores: readonly Contestant<DocumentStore>[],
  options: CompareOptions,
): Promise<CompareFigures> {
  const ending = ['c', 'd', 'e'].map((collection): DocumentCommand => ({ kind: 'list', collection, options: {} }));
  return compare(stores, documentRunner, documentCommand, ending, options);
}

/** Commands in one sequence, at most; half as many on average. */
const LENGTH = 60;

async function compare<S, C>(
  contestants: readonly Contestant<S>[],
  runnerOf: (store: S) => (command: C) => Promise<unknown>,
  command: fc.Arbitrary<C>,
  ending: readonly C[],
  { seed, commands }: CompareOptions,
): Promise<CompareFigures> {
  const counts = { sequences: 0, commands: 0 };
  const property = fc.asyncProperty(fc.array(command, { maxLength: LENGTH, size: 'max' }), async (sequence) => {
    const opened = await Promise.all(contestants.map(({ open }) => open()));
    try {
      const runners = opened.map(({ store }) => runnerOf(store));
      for (const next of [...sequence, ...ending]) {
        const answers = await Promise.all(runners.map((run) => run(next)));
        requireEqual(contestants, answers, next);
        counts.commands += 1;
      }
      counts.sequences += 1;
    } finally {
      for (const { close } of opened) await close?.();
    }
  });
  const numRuns = Math.ceil(commands / (LENGTH / 2));
  const result = await fc.check(property, { seed, numRuns });
  if (result.failed) {
    throw new Error(`${String(result.errorInstance)}\nsequence: ${JSON.stringify(result.counterexample?.[0])}\nseed ${seed}`, {
      cause: result.errorInstance,
    });
  }
  return { stores: contestants.map(({ name }) => name), ...counts, seed };
}

function requireEqual<S, C>(contestants: readonly Contestant<S>[], answers: readonly unknown[], command: C): void {
  const odd = answers.findIndex((given) => !isDeepStrictEqual(given, answers[0]));
  if (odd < 0) return;
  const said = (index: number): string => `${contestants[index]?.name}: ${JSON.stringify(answers[index])}`;
  throw new Error(`${JSON.stringify(command)}\n${said(0)}\n${said(odd)}`);
}
