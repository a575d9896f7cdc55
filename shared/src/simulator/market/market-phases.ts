import { type SeededRandom, seededRandom } from '../../core/seeded-random.ts';

export type PhaseKind = 'bull' | 'bear' | 'range' | 'crash';

/** Mean and standard deviation of the market's daily return, and how busy trading is (1 = normal). */
export interface Phase {
  readonly drift: number;
  readonly volatility: number;
  readonly activity: number;
}

const PHASES: Readonly<Record<PhaseKind, Phase & { readonly minDays: number; readonly maxDays: number }>> = {
  bull: { drift: 0.0026, volatility: 0.021, activity: 1.15, minDays: 80, maxDays: 220 },
  bear: { drift: -0.0022, volatility: 0.026, activity: 0.95, minDays: 70, maxDays: 190 },
  range: { drift: 0.0002, volatility: 0.016, activity: 0.9, minDays: 45, maxDays: 130 },
  crash: { drift: -0.024, volatility: 0.042, activity: 1.5, minDays: 5, maxDays: 11 },
};

/** What may follow a phase, with cumulative chances. */
const NEXT: Readonly<Record<PhaseKind, readonly (readonly [number, PhaseKind])[]>> = {
  bull: [
    [0.4, 'range'],
    [0.7, 'crash'],
    [1, 'bear'],
  ],
  bear: [
    [0.55, 'range'],
    [1, 'bull'],
  ],
  range: [
    [0.5, 'bull'],
    [0.85, 'bear'],
    [1, 'crash'],
  ],
  crash: [
    [0.45, 'bear'],
    [1, 'range'],
  ],
};

/** The phase of each of the market's days from its first on; the first `n` are the same for every longer calendar. */
export function marketPhases(seed: string, days: number): readonly Phase[] {
  const random = seededRandom(`${seed}/phases`);
  const phases: Phase[] = [];
  let kind: PhaseKind = 'range';
  while (phases.length < days) {
    const { minDays, maxDays } = PHASES[kind];
    const length = minDays + random.nextInt(maxDays - minDays + 1);
    for (let i = 0; i < length; i++) phases.push(PHASES[kind]);
    kind = nextKind(kind, random);
  }
  return phases.slice(0, days);
}

function nextKind(kind: PhaseKind, random: SeededRandom): PhaseKind {
  const draw = random.next();
  return NEXT[kind].find(([chance]) => draw < chance)?.[1] ?? 'range';
}
