import type { PoolParams } from '../../contracts/pool-params.ts';

/** What every validation needs to know besides the bytes. */
interface CommonOptions {
  /** Day against which the age is judged, `YYYY-MM-DD`; the caller's today. */
  readonly referenceDate: string;
  /** An age beyond 45 days is an error instead of a warning; default false. */
  readonly freshnessRequired?: boolean;
  /** Values that live_pool.json must have (V13); what is left out is not checked. */
  readonly expected?: { readonly mode?: string; readonly sourceProject?: string; readonly poolSize?: number };
  /** Default: true in profile `strict`, false in `reference`. A manifest that is present is always checked. */
  readonly requireArtifactManifest?: boolean;
  /** Default: true in profile `strict`, false in `reference`. An identity block that is present is always checked. */
  readonly requireIdentity?: boolean;
  /** Bytes of release_manifest.json, where one exists. */
  readonly planManifest?: Uint8Array;
  /** Default false. */
  readonly requirePlanManifest?: boolean;
  /** The parameter file that was used: for V30, and for the publisher, which takes no unpublishable set in any profile (S27). */
  readonly params?: { readonly publishable: boolean; readonly sha256: string };
}

/** Facts of the build that the five files alone cannot show. A rule whose facts are missing checks what the bytes allow. */
export interface BuildFacts {
  /** V29: the run's logical time, and the present for "not in the future"; ms since the epoch. */
  readonly time?: { readonly logicalTimeMs?: number; readonly nowMs?: number };
  /** V31: the fitted model, and the explanation with the counts it states. */
  readonly run?: {
    readonly backend: string;
    readonly trainRows: number;
    readonly minTrainRows: number;
    readonly explain: Uint8Array;
    readonly explainCounts: {
      readonly selected: number;
      readonly ranked: number;
      readonly excluded: number;
      readonly total: number;
    };
  };
  /** V26: the two tie-breaks that are not in the ranking file, by symbol. Without them ties may stand in any order. */
  readonly tieBreaks?: ReadonlyMap<
    string,
    { readonly liquidityStability: number | null; readonly avgQuoteVol180: number | null }
  >;
  /** V32: the pool and universe that are committed now. */
  readonly committed?: { readonly symbols: readonly string[]; readonly universe: readonly string[] };
  /** V33: what the build noticed. */
  readonly attention?: {
    readonly universeStateDrift: readonly string[];
    readonly findings: readonly { readonly symbol: string; readonly code: string }[];
    readonly exitPending: readonly string[];
    readonly revisions: number;
  };
}

export interface ReferenceOptions extends CommonOptions {
  readonly profile: 'reference';
}

export interface StrictOptions extends CommonOptions, BuildFacts {
  readonly profile: 'strict';
  /** Ensemble weights of the parameter set (key `regime`), with which V27 recomputes every score. */
  readonly regimeWeights: Pick<PoolParams['regime'], 'default_weights' | 'weights'>;
}

/** `strict` is the default of `core_major`; `reference` accepts what the reference accepts (S29). */
export type ValidationOptions = ReferenceOptions | StrictOptions;
