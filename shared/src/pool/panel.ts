import type { RegimeName } from '../contracts/pool-params.ts';
import type { UniverseState } from '../contracts/universe-state.ts';
import type { CalendarDay } from '../core/calendar-day.ts';
import type { QualityFinding } from '../market/quality/finding.ts';

/**
 * Everything the models, the explanation and the export need of one build (pool spec §2 up to the regime). Plain data; NaN =
 * missing in every Float64Array. Symbol indices point into `symbols`; days are UTC calendar days.
 */
export interface Panel {
  readonly asOf: CalendarDay;
  readonly mode: string;
  /** Name of the thresholds in force, `universe.mode`; equal to `mode` in both shipped sets. */
  readonly universeMode: string;
  readonly source: string;
  /** Multiplier applied to every USD threshold of the universe. */
  readonly volumeScale: number;
  /** Loaded symbols (after the prefilter), ascending; the benchmark is among them. */
  readonly symbols: readonly string[];
  /** Base asset per entry of `symbols`; null when the metadata does not know the symbol. */
  readonly baseAssets: readonly (string | null)[];
  /** Panel dates: the union of the candle days of the loaded symbols, ascending, none after `asOf`. */
  readonly dates: Int32Array;
  readonly training: TrainingMatrix;
  /** Rows in_universe on `asOf`, ascending by symbol. */
  readonly scoring: FeatureMatrix;
  /** Rule scores of the trailing dates (at least `asOf`). */
  readonly rules: RuleScores;
  /** Labels of every in_universe row from the start of the training window to `asOf`. */
  readonly labels: LabelTable;
  /** Market context and regime, one entry per panel date. */
  readonly regimes: readonly RegimeDay[];
  readonly universe: UniverseHistory;
  /** Every symbol of the metadata or the candles that is not in_universe on `asOf`, ascending by symbol, each once. */
  readonly exclusions: readonly Exclusion[];
  /** Statistics and the kept set; null when the prefilter is off. */
  readonly prefilter: PrefilterOutcome | null;
  readonly findings: readonly QualityFinding[];
  readonly warnings: readonly PanelWarning[];
  /** Every column for every observation of the trailing dates: diagnostics only, never an input of a score. */
  readonly detail: DetailTable;
}

/** In-universe rows ordered by (day, symbol), column-major: column j is `values.subarray(j * rowCount, (j + 1) * rowCount)`. */
export interface FeatureMatrix {
  readonly rowCount: number;
  /** MODEL_FEATURES, all 44. Values are as computed: no rounding, no imputation. */
  readonly columns: readonly string[];
  readonly values: Float64Array;
  readonly day: Int32Array;
  readonly symbol: Int32Array;
}

/** The live training window (pool spec §13): in_universe rows whose target is known. */
export interface TrainingMatrix extends FeatureMatrix {
  readonly target: Float64Array;
  /** First and last panel date of the window, inclusive, whether or not they hold rows. */
  readonly firstDay: CalendarDay;
  readonly lastDay: CalendarDay;
}

/** Raw rule scores (pool spec §11) of in_universe rows ordered by (day, symbol). */
export interface RuleScores {
  readonly rowCount: number;
  readonly day: Int32Array;
  readonly symbol: Int32Array;
  /** Score per scheme name, in the order of the parameter file. */
  readonly schemes: ReadonlyMap<string, Float64Array>;
  /** Value and percentile rank of every feature that any scheme uses. */
  readonly features: ReadonlyMap<string, RankedFeature>;
}

export interface RankedFeature {
  readonly value: Float64Array;
  readonly rankPct: Float64Array;
}

/** Labels (pool spec §10) of in_universe rows ordered by (day, symbol). */
export interface LabelTable {
  readonly rowCount: number;
  readonly day: Int32Array;
  readonly symbol: Int32Array;
  readonly horizons: readonly HorizonLabels[];
  readonly blendedTarget: Float64Array;
}

export interface HorizonLabels {
  readonly days: number;
  readonly futureReturn: Float64Array;
  readonly rankPct: Float64Array;
  /** 1 = among the top k of the date, 0 = not, NaN = return unknown. */
  readonly topK: Float64Array;
}

/** Broadcast values of one date (pool spec §8, §12). */
export interface MarketContext {
  readonly btcClose: number;
  /** 1 when the benchmark closes above its 200-day mean, else 0. */
  readonly btcAboveMa200: number;
  readonly btcMa200Slope: number;
  readonly btcZscore120: number;
  readonly breadthAboveSma60: number;
  readonly breadthAboveSma200: number;
  readonly momentumDispersion: number;
  readonly rsDispersion: number;
  readonly singleLeaderBurst: number;
}

export interface RegimeDay extends MarketContext {
  readonly day: CalendarDay;
  readonly regime: RegimeName;
  readonly confidence: number;
}

export interface UniverseHistory {
  readonly refreshDays: readonly CalendarDay[];
  /** One row per refresh date and symbol that has an observation on it, ordered by (day, symbol). */
  readonly rows: readonly UniverseRow[];
  /** Last refresh date on or before `asOf`: the one in force. Undefined when there was none. */
  readonly inForce: CalendarDay | undefined;
  /** Streaks and membership after the refresh in force, for `universe_state.json`; undefined before the first refresh. */
  readonly state: UniverseState | undefined;
  /** Whether membership since the last sealed release was carried on from its state or derived from scratch. */
  readonly stateSource: 'carried' | 'derived';
  /** Metadata of days before this one is inferred from the candles (PT4); null when none is. */
  readonly metadataInferredBefore: CalendarDay | null;
  /** In_universe on `asOf`, ascending by symbol: the rows of `scoring`. */
  readonly members: readonly MemberStatus[];
  /** Thresholds in force after scaling. */
  readonly thresholds: UniverseThresholds;
}

/** One candidate decision with every gate (pool spec §9). */
export interface UniverseRow {
  readonly day: CalendarDay;
  readonly symbol: string;
  readonly metadataEligible: boolean;
  readonly isBenchmark: boolean;
  readonly historyEligible: boolean;
  readonly liquidityEligible: boolean;
  readonly tradableEligible: boolean;
  readonly marketCapEligible: boolean;
  /** Counts of liquid days; NaN while the window is not full. */
  readonly liquidityDays90: number;
  readonly liquidityDays180: number;
  readonly continuousLiquidityEligible: boolean;
  /** False when a quality rule bars the symbol on this date; always true when quality is not enforced. */
  readonly qualityEligible: boolean;
  readonly candidateEligible: boolean;
  readonly inUniverse: boolean;
  readonly ageDays: number;
  readonly avgQuoteVol30: number;
  readonly avgQuoteVol90: number;
  readonly avgQuoteVol180: number;
  readonly liquidityStability: number;
  readonly tradableRatio180: number;
}

export interface MemberStatus {
  readonly symbol: string;
  /** Consecutive refreshes as candidate and as non-candidate; one of the two is 0. */
  readonly eligibleStreak: number;
  readonly ineligibleStreak: number;
  /** A member that is no longer a candidate and leaves after `exit_confirmations` such refreshes. */
  readonly exitPending: boolean;
}

export interface UniverseThresholds {
  readonly minAgeDays: number;
  readonly minAvgQuoteVol30: number;
  readonly minAvgQuoteVol90: number;
  readonly minAvgQuoteVol180: number;
  readonly minLiquidityStability: number;
  readonly minTradableRatio180: number;
  readonly liquidDayQuoteVolume: number;
  readonly minLiquidityDays90: number;
  readonly minLiquidityDays180: number;
  readonly entryConfirmations: number;
  readonly exitConfirmations: number;
}

export type ExclusionStage = 'metadata' | 'data' | 'eligibility' | 'hysteresis';

/** Why a symbol is not in the universe on `asOf`: all reasons of the first failing stage (pool spec §16). */
export interface Exclusion {
  readonly symbol: string;
  readonly stage: ExclusionStage;
  readonly reasons: readonly ExclusionReason[];
}

export interface ExclusionReason {
  readonly code: string;
  /** What was seen; null = missing. Dates as `YYYY-MM-DD`. */
  readonly observed: string | number | boolean | null;
  /** What would have passed; null where no single value says it. */
  readonly threshold: string | number | boolean | null;
}

export interface PrefilterOutcome {
  /** One entry per metadata-eligible symbol with candles, ascending by symbol. */
  readonly stats: readonly PrefilterStats[];
  /** Symbols loaded, in load order: benchmark first. */
  readonly loadOrder: readonly string[];
}

export interface PrefilterStats {
  readonly symbol: string;
  readonly historyDays: number;
  readonly latestDay: CalendarDay;
  readonly avgQuoteVol30: number;
  readonly avgQuoteVol90: number;
  readonly avgQuoteVol180: number;
  readonly liquidityStability: number;
  readonly tradableRatio180: number;
  readonly liquidityDays90: number;
  readonly liquidityDays180: number;
  readonly relaxedPass: boolean;
}

export interface PanelWarning {
  readonly code: 'universe_state_drift' | 'universe_state_unusable' | 'metadata_inferred';
  readonly message: string;
  readonly symbols: readonly string[];
}

/** All columns under their golden names for every observation of the trailing dates, ordered by (day, symbol). */
export interface DetailTable {
  readonly rowCount: number;
  readonly day: Int32Array;
  readonly symbol: Int32Array;
  readonly inUniverse: Uint8Array;
  readonly columns: ReadonlyMap<string, Float64Array>;
}
