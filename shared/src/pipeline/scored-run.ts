import type { FileBytes } from '../contracts/artifact-files.ts';
import type { Explain } from '../contracts/explain.ts';
import type { LoadedPoolParams } from '../contracts/parse-pool-params.ts';
import type { PoolDecision } from '../contracts/pool-decision.ts';
import type { ScoreFacts } from '../contracts/score-facts.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { utf8 } from '../core/text-bytes.ts';
import type { VolumeScale } from '../market/calibration/volume-scale.ts';
import { explainBytes } from '../pool/explain/explain-bytes.ts';
import { runManifestBytes } from '../release/run-manifest.ts';
import type { DecidedPool } from './decide-pool.ts';
import { type CodeIdentity, runManifestOf } from './run-facts.ts';

/** A decision in the form in which it may travel to another process: everything that a release is rendered and judged from. */
export interface ScoredRun {
  readonly decision: PoolDecision;
  readonly explain: Explain;
  /** explain.json, run_manifest.json, and universe_state.json once there was a refresh. */
  readonly evidence: FileBytes;
  readonly facts: ScoreFacts;
}

/** What is known about a run besides its decision. */
export interface RunCircumstances {
  readonly code: CodeIdentity;
  /** Who decided the volume scale. */
  readonly scaleOrigin: VolumeScale['origin'];
  /** Stored days whose values the venue changed while collecting (pool spec §3). */
  readonly revisions: number;
}

/** What a decision leaves behind. */
export function scoredRunOf(decided: DecidedPool, params: LoadedPoolParams, run: RunCircumstances): ScoredRun {
  const { panel, scored, explain } = decided;
  const evidence = new Map<string, Uint8Array>([['explain.json', explainBytes(explain)]]);
  const { state } = panel.universe;
  if (state !== undefined) evidence.set('universe_state.json', utf8(`${canonicalJson(state)}\n`));
  evidence.set('run_manifest.json', runManifestBytes(runManifestOf(decided, params, run)));
  return { decision: scored.decision, explain, evidence, facts: factsOf(decided, run.revisions) };
}

function factsOf({ panel, scored }: DecidedPool, revisions: number): ScoreFacts {
  return {
    backend: scored.models?.ml.backend ?? 'none',
    train_rows: panel.training.rowCount,
    attention: {
      universe_state_drift: panel.warnings.flatMap(({ code, symbols }) => (code === 'universe_state_drift' ? [...symbols] : [])),
      findings: panel.findings.map(({ symbol, code }) => ({ symbol, code })),
      exit_pending: panel.universe.members.filter(({ exitPending }) => exitPending).map(({ symbol }) => symbol),
      revisions,
    },
  };
}
