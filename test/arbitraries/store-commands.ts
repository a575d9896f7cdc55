import fc from 'fast-check';
import type { DocumentData, DocumentValue } from '#shared/ports/document-store.ts';

/** Which generation of a name a command means: the current one, none, or the n-th that the name ever had. */
export type GenerationChoice = 'current' | 'absent' | { readonly nth: number };

export type ObjectCommand =
  | { readonly kind: 'put'; readonly name: string; readonly text: string; readonly seq: string; readonly at: GenerationChoice }
  | {
      readonly kind: 'copy';
      readonly source: string;
      readonly sourceAt: GenerationChoice;
      readonly name: string;
      readonly seq: string;
      readonly at: GenerationChoice;
    }
  | { readonly kind: 'delete'; readonly name: string; readonly at: GenerationChoice }
  | {
      readonly kind: 'get';
      readonly name: string;
      readonly at: GenerationChoice | undefined;
      readonly maxBytes: number | undefined;
    }
  | { readonly kind: 'range'; readonly name: string; readonly start: number; readonly end: number }
  | { readonly kind: 'stat'; readonly name: string }
  | { readonly kind: 'list'; readonly prefix: string };

export type DocumentStep =
  | { readonly kind: 'get' | 'delete'; readonly path: string }
  | { readonly kind: 'create' | 'set'; readonly path: string; readonly data: DocumentData };

export type DocumentCommand =
  | { readonly kind: 'transaction'; readonly steps: readonly DocumentStep[]; readonly aborts: boolean }
  | { readonly kind: 'get'; readonly path: string }
  | {
      readonly kind: 'list';
      readonly collection: string;
      readonly options: { readonly startAt?: string; readonly limit?: number; readonly descending?: boolean };
    };

/** Few names, so that commands meet; one of them is refused everywhere. */
const NAME = fc.constantFrom('current/a', 'current/b', 'releases/v1/a', 'releases/v1/a.b', 'z', 'bad/../name');
const TEXT = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('', 'x', 'y', 'same bytes') }, fc.string({ maxLength: 40 }));
const SEQ = fc.constantFrom('1', '2', '3');
const GENERATION: fc.Arbitrary<GenerationChoice> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<GenerationChoice>('current') },
  { weight: 2, arbitrary: fc.constant<GenerationChoice>('absent') },
  { weight: 2, arbitrary: fc.record({ nth: fc.nat({ max: 5 }) }) },
);
const PREFIX = fc.constantFrom('', 'c', 'current/', 'current/a', 'releases', 'releases/v1/a', 'none/', '../');

/** One call of an ObjectStore. */
export const objectCommand: fc.Arbitrary<ObjectCommand> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), name: NAME, text: TEXT, seq: SEQ, at: GENERATION }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('copy' as const),
      source: NAME,
      sourceAt: GENERATION,
      name: NAME,
      seq: SEQ,
      at: GENERATION,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), name: NAME, at: GENERATION }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('get' as const),
      name: NAME,
      at: fc.option(GENERATION, { nil: undefined }),
      maxBytes: fc.option(fc.nat({ max: 20 }), { nil: undefined }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('range' as const),
      name: NAME,
      start: fc.nat({ max: 12 }),
      end: fc.nat({ max: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stat' as const), name: NAME }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('list' as const), prefix: PREFIX }) },
);

const PATH = fc.constantFrom('c/a', 'c/b', 'c/é', 'd/a', 'c/\u{1f600}', 'c');
const VALUE: fc.Arbitrary<DocumentValue> = fc.letrec<{ value: DocumentValue; item: DocumentValue }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'document' },
    fc.string({ maxLength: 5 }),
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constant(null),
    fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), { maxKeys: 2 }),
  ),
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'document' },
    { weight: 4, arbitrary: tie('item') },
    { weight: 1, arbitrary: fc.array(tie('item'), { maxLength: 3 }) },
  ),
})).value;
const DATA: fc.Arbitrary<DocumentData> = fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), VALUE, { maxKeys: 3 });
const STEP: fc.Arbitrary<DocumentStep> = fc.oneof(
  fc.record({ kind: fc.constantFrom('get' as const, 'delete' as const), path: PATH }),
  fc.record({ kind: fc.constantFrom('create' as const, 'set' as const), path: PATH, data: DATA }),
);

/** One call of a DocumentStore; some steps break a rule on purpose. */
export const documentCommand: fc.Arbitrary<DocumentCommand> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('transaction' as const),
      steps: fc.array(STEP, { maxLength: 4 }),
      aborts: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('get' as const), path: PATH }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('list' as const),
      collection: fc.constantFrom('c', 'd', 'e'),
      options: fc.record(
        { startAt: fc.constantFrom('a', 'b', 'c', 'é'), limit: fc.nat({ max: 3 }), descending: fc.boolean() },
        { requiredKeys: [] },
      ),
    }),
  },
);
