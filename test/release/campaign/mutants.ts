/** One changed step of the protocol, as an edit of its source. */
export interface Mutant {
  readonly id: string;
  /** What is wrong with it, in the words of release spec §13. */
  readonly change: string;
  /** Invariant that it breaks. */
  readonly breaks: 'I3' | 'I4' | 'I5';
  /** Name of the scenario that must show it. */
  readonly scenario: ScenarioName;
  readonly edits: readonly SourceEdit[];
}

export type ScenarioName =
  | 'publish ‖ newer publish'
  | 'publish ‖ rollback ‖ duplicate'
  | 'publish ‖ rollback'
  | 'publish ‖ duplicate'
  | 'publish, rollback, late duplicate';

export interface SourceEdit {
  /** Below `shared/src/release`. */
  readonly file: string;
  /** Stands there exactly once, or the mutant no longer applies. */
  readonly from: string;
  readonly to: string;
}

const READ_GENERATION = `    expected = (await deps.objects.stat(target))?.generation ?? ABSENT;\n`;
const PROVE = `    await order.prove();\n`;
const TRY = `    const outcome = await deps.objects.copy(source, target, currentOptions(order, file, expected));\n`;
const OBSERVE = `  const observed = await observe(deps);\n  const objection`;
const COPY = `  await copyToCurrent(deps, outcome.intent, observed);\n`;
const COMMIT = `  await commit(deps, outcome.intent, { keepLease });\n`;
const PROVE_COMMIT = `    requireEpoch(head, intent.epoch);\n    requireOpen(head, intent);\n`;

/** The seven mutants of release spec §13. */
export const MUTANTS: readonly Mutant[] = [
  {
    id: 'M1',
    change: 'unconditional overwrite of current/',
    breaks: 'I3',
    scenario: 'publish ‖ newer publish',
    // The port has no unconditional write: whatever stands there is taken as the precondition, without a question.
    edits: [
      { file: 'publish/copy.ts', from: TRY, to: READ_GENERATION + TRY },
      edit('publish/copy.ts', READ_GENERATION + PROVE, ''),
    ],
  },
  {
    id: 'M2',
    change: 'after 412 prove the epoch, then re-read the generation',
    breaks: 'I3',
    scenario: 'publish ‖ rollback ‖ duplicate',
    edits: [edit('publish/copy.ts', READ_GENERATION + PROVE, PROVE + READ_GENERATION)],
  },
  {
    id: 'M3',
    change: 'skip a copy whose bytes already match',
    breaks: 'I3',
    scenario: 'publish ‖ rollback',
    edits: [
      edit(
        'publish/copy.ts',
        `  let expected = observed;\n`,
        `  let expected = observed;\n  if ((await deps.objects.stat(target))?.metadata.sha256 === entry.files[file].sha256) return;\n`,
      ),
    ],
  },
  {
    id: 'M4',
    change: 'commit without epoch and sequence proof',
    breaks: 'I4',
    scenario: 'publish ‖ duplicate',
    edits: [edit('publish/commit.ts', PROVE_COMMIT, '')],
  },
  {
    id: 'M5',
    change: 'no high-water mark',
    breaks: 'I5',
    scenario: 'publish, rollback, late duplicate',
    edits: [
      edit(
        'action-rules.ts',
        `if (head.high_water === null || compareVersions(target, head.high_water) > 0) return null;`,
        `if (head.committed_version === null || compareVersions(target, head.committed_version) > 0) return null;`,
      ),
    ],
  },
  {
    id: 'M6',
    change: 'observe generations after the intent',
    breaks: 'I3',
    scenario: 'publish ‖ rollback',
    edits: [
      edit('switch.ts', OBSERVE, '  const objection'),
      edit('switch.ts', COPY, COPY.replace(/^/, '  const observed = await observe(deps);\n')),
    ],
  },
  {
    id: 'M7',
    change: 'pointer first, mirror afterwards, no switching flag',
    breaks: 'I3',
    scenario: 'publish ‖ duplicate',
    edits: [
      edit('switch.ts', COPY + COMMIT, COMMIT + COPY),
      edit('publish/intent.ts', `    switching: true,\n`, `    switching: false,\n`),
      edit('publish/commit.ts', `if (head.switching && head.publish_seq`, `if (head.publish_seq`),
      edit(
        'publish/copy.ts',
        `head.publish_seq === intent.publishSeq && head.switching`,
        `head.publish_seq === intent.publishSeq`,
      ),
    ],
  },
];

function edit(file: string, from: string, to: string): SourceEdit {
  return { file, from, to };
}
