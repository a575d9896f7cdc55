import type { ReleaseWorld } from './release-world.ts';
import type { StrictOptions } from './validation-options.ts';

/** `approval` is a warning that stops a scheduled publish until a second person approved it (W! in release spec §4). */
export type RuleLevel = 'error' | 'warning' | 'approval';

export interface Violation {
  readonly file: string;
  readonly path: string;
  readonly message: string;
  /** Only where one rule has two levels. */
  readonly level?: RuleLevel;
}

/** A rule of profile `reference` runs in both profiles. */
export interface CommonRule {
  readonly id: string;
  readonly level: RuleLevel;
  readonly profile: 'reference';
  readonly says: string;
  readonly check: (world: ReleaseWorld) => readonly Violation[];
}

/** A rule of profile `strict` alone; it sees the facts of the build. */
export interface StrictRule {
  readonly id: string;
  readonly level: RuleLevel;
  readonly profile: 'strict';
  readonly says: string;
  readonly check: (world: ReleaseWorld, options: StrictOptions) => readonly Violation[];
}

export type ValidationRule = CommonRule | StrictRule;
