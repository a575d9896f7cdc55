import fc from 'fast-check';
import { RELEASE_FILES, type ReleaseFile } from '#shared/contracts/artifact-files.ts';
import type { Fault } from '../../faults/fault-wire.ts';
import { V1, V2, V3 } from '../support/release-lab.ts';

/** Versions that schedules are about, ascending; the last one corrects the third. */
export const VERSIONS = [V1, V2, V3, `${V3}-r2`] as const;

/** One act of one process. The same act again is a duplicate of it: the same run or request key. */
export type ActWish =
  | { readonly name: 'Publish'; readonly version: number; readonly run: 'a' | 'b'; readonly otherBytes: boolean }
  | { readonly name: 'Rollback' | 'Restore'; readonly version: number; readonly key: 1 | 2 }
  | { readonly name: 'Recover'; readonly seize: boolean };

/** Things that happen to the world, between acts or in the middle of a race. */
export type Happening =
  | { readonly name: 'StealLease' }
  | { readonly name: 'Tick'; readonly seconds: number }
  | { readonly name: 'Corrupt' | 'Delete' | 'ForeignWrite'; readonly file: ReleaseFile };

/** `Resume` wakes a process of the race for so many calls; it then sleeps again. */
export type RaceStep = { readonly name: 'Resume'; readonly actor: number; readonly calls: number } | Happening;

export type Command =
  | { readonly name: 'Act'; readonly wish: ActWish; readonly fault: Fault | null }
  | {
      readonly name: 'Race';
      readonly wishes: readonly ActWish[];
      readonly faults: readonly (Fault | null)[];
      readonly steps: readonly RaceStep[];
    }
  | { readonly name: 'Read'; readonly what: 'summary' | 'mirror' | 'audit' | 'damaged'; readonly file: ReleaseFile }
  | { readonly name: 'RotateKey' | 'Hold' | 'LiftHold' | 'LateWritesArrive' }
  | Happening;

/** A history to begin with (how many versions were published), and what happens then. */
export interface Schedule {
  readonly published: number;
  readonly commands: readonly Command[];
}

const DAY = 86_400;
const version = fc.nat(VERSIONS.length - 1);

const wish: fc.Arbitrary<ActWish> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      name: fc.constant('Publish' as const),
      version,
      run: fc.constantFrom('a' as const, 'b' as const),
      otherBytes: fc.integer({ min: 0, max: 7 }).map((n) => n === 7),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      name: fc.constantFrom('Rollback' as const, 'Restore' as const),
      version,
      key: fc.constantFrom(1 as const, 2 as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ name: fc.constant('Recover' as const), seize: fc.boolean() }) },
);

/** Crash(n) and LoseAck(n). */
const fault: fc.Arbitrary<Fault> = fc.record({
  call: fc.nat(75),
  effect: fc.constantFrom('none', 'applied', 'delayed'),
  outcome: fc.constantFrom('crash', 'error'),
  delayCalls: fc.constantFrom(0, 3, 25, 10_000),
});
const maybeFault = fc.option(fault, { nil: null, freq: 2 });

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ name: fc.constant('StealLease' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ name: fc.constant('Tick' as const), seconds: fc.constantFrom(60, 301, DAY, -3_600, -10 * DAY) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      name: fc.constantFrom('Corrupt' as const, 'Delete' as const, 'ForeignWrite' as const),
      file: fc.constantFrom(...RELEASE_FILES),
    }),
  },
);

const calls = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 90 }));
const race: fc.Arbitrary<Command> = fc.record({
  name: fc.constant('Race' as const),
  wishes: fc.array(wish, { minLength: 2, maxLength: 3 }),
  faults: fc.array(maybeFault, { minLength: 3, maxLength: 3 }),
  steps: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ name: fc.constant('Resume' as const), actor: fc.nat(2), calls }) },
      { weight: 1, arbitrary: happening },
    ),
    { maxLength: 14 },
  ),
});

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ name: fc.constant('Act' as const), wish, fault: maybeFault }) },
  { weight: 2, arbitrary: race },
  { weight: 4, arbitrary: happening },
  {
    weight: 3,
    arbitrary: fc.record({
      name: fc.constant('Read' as const),
      what: fc.constantFrom('summary' as const, 'mirror' as const, 'audit' as const, 'damaged' as const),
      file: fc.constantFrom(...RELEASE_FILES),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      name: fc.constantFrom('RotateKey' as const, 'Hold' as const, 'LiftHold' as const, 'LateWritesArrive' as const),
    }),
  },
);

/** A random schedule. */
export const schedule: fc.Arbitrary<Schedule> = fc.record({
  published: fc.integer({ min: 0, max: 2 }),
  commands: fc.array(command, { minLength: 1, maxLength: 6, size: 'max' }),
});

/** One line a command, as a person reads it. */
export function scheduleText({ published, commands }: Schedule): string {
  return [`${published} published`, ...commands.map(commandText)].join('\n  ');
}

function commandText(command: Command): string {
  switch (command.name) {
    case 'Act':
      return `${wishText(command.wish)}${faultText(command.fault)}`;
    case 'Race': {
      const sides = command.wishes.map((side, index) => `${wishText(side)}${faultText(command.faults[index] ?? null)}`);
      return `Race ${sides.join(' ‖ ')}: ${command.steps.map(stepText).join(' ')}`;
    }
    case 'Read':
      return `Read(${command.what})`;
    case 'RotateKey':
    case 'Hold':
    case 'LiftHold':
    case 'LateWritesArrive':
      return command.name;
    case 'StealLease':
    case 'Tick':
    case 'Corrupt':
    case 'Delete':
    case 'ForeignWrite':
      return stepText(command);
  }
}

function wishText(wish: ActWish): string {
  if (wish.name === 'Recover') return `Recover${wish.seize ? '(seize)' : ''}`;
  const target = VERSIONS[wish.version] ?? '';
  return wish.name === 'Publish'
    ? `Publish(${target}, run ${wish.run}${wish.otherBytes ? ', other bytes' : ''})`
    : `${wish.name}(${target}, key ${wish.key})`;
}

function faultText(fault: Fault | null): string {
  if (fault === null) return '';
  const how = fault.effect === 'delayed' ? `${fault.delayCalls} calls late` : fault.effect;
  return ` ${fault.outcome === 'crash' ? 'Crash' : 'LoseAck'}(${fault.call}, ${how})`;
}

function stepText(step: RaceStep): string {
  switch (step.name) {
    case 'Resume':
      return `Resume(${step.actor}, ${step.calls})`;
    case 'Tick':
      return `Tick(${step.seconds} s)`;
    case 'StealLease':
      return step.name;
    case 'Corrupt':
    case 'Delete':
    case 'ForeignWrite':
      return `${step.name}(${step.file})`;
  }
}
