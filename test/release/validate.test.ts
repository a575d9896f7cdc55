import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileBytes } from '#shared/contracts/artifact-files.ts';
import { validationResultSchema } from '#shared/contracts/validation-result.ts';
import { formatInstant } from '#shared/core/instant.ts';
import { floatText } from '#shared/core/number-text.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { prettyJsonBytes } from '#shared/release/json-text.ts';
import { releaseLayout } from '#shared/release/layout.ts';
import { releaseManifestDocument } from '#shared/release/release-manifest-document.ts';
import { VALIDATION_RULES } from '#shared/release/validate/rule-table.ts';
import { needsApproval, validateRelease } from '#shared/release/validate/validate-release.ts';
import type { StrictOptions, ValidationOptions } from '#shared/release/validate/validation-options.ts';
import { GOLDEN_DATES, goldenFiles, goldenIsPresent } from './support/golden.ts';
import { filesOf, sampleFiles, sampleWeights, textOf } from './support/sample-a.ts';
import { edited, firedRules, rebound, worldContext, worldDecision, worldFiles, worldOptions } from './support/world.ts';

const fired = (files: FileBytes, options: ValidationOptions): readonly string[] => firedRules(validateRelease(files, options));

test('the table names V01 to V33 in order', () => {
  expect(VALIDATION_RULES.map((rule) => rule.id)).toEqual(
    Array.from({ length: 33 }, (_, i) => `V${String(i + 1).padStart(2, '0')}`),
  );
});

describe('RL-11: sample A, strict', () => {
  const options: StrictOptions = {
    profile: 'strict',
    referenceDate: '2026-03-14',
    expected: { poolSize: 5 },
    regimeWeights: sampleWeights,
  };
  const errors = (files: FileBytes): readonly string[] => {
    const result = validateRelease(files, options);
    return [...new Set(result.errors.map((error) => error.rule))];
  };

  test('untouched: ok, with the warnings of a small mid-month sample', () => {
    const result = validateRelease(sampleFiles(), options);
    expect(result).toMatchObject({ ok: true, errors: [], age_days: 1, pool_size: 5, version: '2026-03-13-core_major' });
    expect(result.warnings.map((warning) => warning.rule)).toEqual(['V33', 'V33']);
    expect(validationResultSchema.parse(result)).toEqual(result);
    expect(Object.keys(result)).toEqual(Object.keys(validationResultSchema.shape));
  });

  test('pool_size 6 in live_pool', () => {
    const files = edited(sampleFiles(), 'live_pool.json', (t) => t.replace('"pool_size": 5', '"pool_size": 6'));
    expect(errors(files)).toEqual(['V09', 'V13', 'V19', 'V20']);
  });

  test('one digit of a sha256 in manifest and identity', () => {
    const files = edited(sampleFiles(), 'artifact_manifest.json', (t) => t.replaceAll('"7a56079d', '"8a56079d'));
    expect(errors(files)).toEqual(['V19', 'V20']);
  });

  test('first two symbols of live_pool.symbols swapped', () => {
    const files = edited(sampleFiles(), 'live_pool.json', (t) =>
      t.replace('    "TRXUSDT",\n    "ETHUSDT",\n', '    "ETHUSDT",\n    "TRXUSDT",\n'),
    );
    expect(errors(files)).toEqual(['V15', 'V18', 'V19', 'V20', 'V25']);
  });

  test('newline appended to live_pool.json', () => {
    expect(errors(edited(sampleFiles(), 'live_pool.json', (t) => `${t}\n`))).toEqual(['V19', 'V20', 'V22']);
  });

  test('confidence of row 1 plus 1e-9', () => {
    const files = edited(sampleFiles(), 'latest_ranking.csv', (t) =>
      t.replace('0.8838828109960641', floatText(0.8838828109960641 + 1e-9)),
    );
    expect(errors(files)).toEqual(['V19', 'V20', 'V27']);
  });
});

describe.skipIf(!goldenIsPresent).each(GOLDEN_DATES)('golden artifacts of %s, profile reference', (asOfDate) => {
  test('are ok', () => {
    const result = validateRelease(goldenFiles(asOfDate), {
      profile: 'reference',
      referenceDate: '2026-11-20',
      expected: { mode: 'core_major', sourceProject: 'crypto-live-pool-pipelines', poolSize: 5 },
      freshnessRequired: true,
      requireArtifactManifest: true,
    });
    expect(result).toMatchObject({ ok: true, errors: [], warnings: [], artifact_manifest_present: true });
  });
});

const plan = (files: FileBytes): Uint8Array =>
  prettyJsonBytes(releaseManifestDocument(files, { layout: releaseLayout(), dryRun: true, publishEnabled: false }));

const edit = (name: string, from: string | RegExp, to: string) => (files: FileBytes) =>
  edited(files, name, (t) => t.replace(from, to));
const editAll = (name: string, from: string, to: string) => (files: FileBytes) =>
  edited(files, name, (t) => t.replaceAll(from, to));
const UNIVERSE = 'latest_universe.json';
const RANKING = 'latest_ranking.csv';
const POOL = 'live_pool.json';
const LEGACY = 'live_pool_legacy.json';
const MANIFEST = 'artifact_manifest.json';
/** final_score of the first row. */
const FINAL = '0.9785714285714285';

interface Case {
  readonly name: string;
  readonly change?: (files: FileBytes) => FileBytes;
  readonly options?: Partial<StrictOptions>;
  readonly rules: readonly string[];
}

/** Each case breaks one thing in a consistent release (digests set again); exactly these rules may fire. */
const CASES: readonly Case[] = [
  { name: 'nothing', rules: [] },
  { name: 'a file missing', change: (f) => without(f, RANKING), rules: ['V01'] },
  { name: 'the manifest missing', change: (f) => without(f, MANIFEST), rules: ['V01'] },
  { name: 'a required plan manifest missing', options: { requirePlanManifest: true }, rules: ['V01'] },
  { name: 'a pool that is no object', change: (f) => new Map(f).set(POOL, utf8('[]')), rules: ['V02'] },
  { name: 'NaN in a pool file', change: edit(LEGACY, '"pool_size": 5', '"pool_size": NaN'), rules: ['V02'] },
  { name: 'a ragged ranking', change: edit(RANKING, ',True,1\n', ',True\n'), rules: ['V02'] },
  { name: 'a stable field missing', change: edit(LEGACY, /,\n {2}"source_project": "[^"]*"/, ''), rules: ['V03', 'V23'] },
  { name: 'a twin in the universe', change: edit(UNIVERSE, '"ADAUSDT"', '"ADAUSDT",\n    "ADAUSDT"'), rules: ['V04'] },
  { name: 'a blank universe symbol', change: edit(UNIVERSE, '"XRPUSDT"', '" "'), rules: ['V04', 'V24', 'V26'] },
  { name: 'an empty universe', change: edit(UNIVERSE, /\[[^\]]*\]/, '[]'), rules: ['V04', 'V09', 'V33'] },
  { name: 'a ranked symbol of another quote', change: edit(RANKING, 'ZILUSDT', 'ZILUSDC'), rules: ['V04', 'V24'] },
  { name: 'a blank base asset', change: edit(POOL, '"base_asset": "TRX"', '"base_asset": " "'), rules: ['V05'] },
  { name: 'pool_size as a float', change: edit(POOL, '"pool_size": 5', '"pool_size": 5.0'), rules: ['V06'] },
  { name: 'pool_size 0', change: edit(POOL, '"pool_size": 5', '"pool_size": 0'), rules: ['V06', 'V09'] },
  {
    name: 'a blank source in legacy',
    change: edit(LEGACY, '"source_project": "crypto-live-pool-pipelines"', '"source_project": " "'),
    rules: ['V07', 'V12'],
  },
  { name: 'a universe date that does not exist', change: edit(UNIVERSE, '2026-03-31', '2026-02-30'), rules: ['V08', 'V11'] },
  { name: 'a declared size of legacy', change: edit(LEGACY, '"pool_size": 5', '"pool_size": 6'), rules: ['V09'] },
  { name: 'a pool member outside the universe', change: edit(UNIVERSE, '    "BCHUSDT",\n', ''), rules: ['V09', 'V33'] },
  {
    name: 'a legacy map with another base',
    change: edit(LEGACY, '"base_asset": "TRX"', '"base_asset": "TRY"'),
    rules: ['V09', 'V24'],
  },
  {
    name: 'a version of another day in both pools',
    change: twoFiles([POOL, LEGACY], '2026-03-31-core_major', '2026-03-30-core_major'),
    rules: ['V10', 'V18'],
  },
  { name: 'another as_of in the universe', change: edit(UNIVERSE, '2026-03-31', '2026-03-30'), rules: ['V11'] },
  { name: 'another as_of in one ranking row', change: edit(RANKING, '2026-03-31,ZIL', '2026-03-30,ZIL'), rules: ['V11', 'V14'] },
  { name: 'another source in legacy', change: edit(LEGACY, '-pipelines"', '-other"'), rules: ['V12'] },
  { name: 'an unexpected mode', options: { expected: { mode: 'broad_liquid' } }, rules: ['V13'] },
  { name: 'an unexpected source', options: { expected: { sourceProject: 'x' } }, rules: ['V13'] },
  { name: 'a ranking column missing', change: edit(RANKING, 'regime', 'Regime'), rules: ['V14', 'V23', 'V27'] },
  { name: 'a pool member that is not selected', change: edit(RANKING, 'True,5', 'False,5'), rules: ['V14', 'V15'] },
  { name: 'a rank twice', change: edit(RANKING, 'True,5', 'True,4'), rules: ['V15', 'V26'] },
  { name: 'a rank that is no number', change: edit(RANKING, 'True,5', 'True,five'), rules: ['V15', 'V26'] },
  { name: 'a manifest field missing', change: edit(MANIFEST, /\n {2}"artifact_name": "[^"]*",/, ''), rules: ['V17', 'V23'] },
  {
    name: 'another artifact type',
    change: edit(MANIFEST, '"artifact_type": "live_pool"', '"artifact_type": "pool"'),
    rules: ['V17'],
  },
  {
    name: 'a manifest for another snapshot',
    change: edit(MANIFEST, '"snapshot_as_of": "2026-03-31"', '"snapshot_as_of": "2026-03-30"'),
    rules: ['V18'],
  },
  { name: 'a manifest that counts wrong', change: edit(MANIFEST, '"symbol_count": 5', '"symbol_count": 6'), rules: ['V18'] },
  {
    name: 'another file name in the manifest',
    change: edit(MANIFEST, '"path": "live_pool.json"', '"path": "pool.json"'),
    rules: ['V19', 'V28'],
  },
  {
    name: 'no identity block',
    change: edit(MANIFEST, / {2}"runtime_evidence_identity": \{[\s\S]*?\n {2}\},\n/, ''),
    rules: ['V20'],
  },
  {
    name: 'no identity block, not required',
    change: edit(MANIFEST, / {2}"runtime_evidence_identity": \{[\s\S]*?\n {2}\},\n/, ''),
    options: { requireIdentity: false },
    rules: [],
  },
  { name: 'an identity of another day', change: edit(MANIFEST, '2026-03-31T00:00:00Z', '2026-03-30T00:00:00Z'), rules: ['V20'] },
  {
    name: 'an identity of a dirty tree',
    change: edit(MANIFEST, '0123456789abcdef0123456789abcdef01234567', '0123456789abcdef-dirty'),
    rules: ['V20', 'V30'],
  },
  { name: 'a day too early', options: { referenceDate: '2026-03-30' }, rules: ['V21'] },
  { name: 'age 45', options: { referenceDate: '2026-05-15', freshnessRequired: true }, rules: [] },
  { name: 'age 46', options: { referenceDate: '2026-05-16', freshnessRequired: true }, rules: ['V21'] },
  { name: 'a compact universe', change: edit(UNIVERSE, / +/g, ''), rules: ['V22'] },
  { name: 'CRLF in the ranking', change: editAll(RANKING, '\n', '\r\n'), rules: ['V22'] },
  { name: 'a rank written as a float', change: edit(RANKING, 'True,5\n', 'True,5.0\n'), rules: ['V22'] },
  { name: 'a float with a spare digit', change: edit(RANKING, ',1.0,', ',1.00,'), rules: ['V22'] },
  { name: 'a lower-case flag', change: edit(RANKING, 'True,5', 'true,5'), rules: ['V22'] },
  {
    name: 'a twin key',
    change: edit(POOL, '  "mode": "core_major",\n', '  "mode": "core_major",\n  "mode": "core_major",\n'),
    rules: ['V22', 'V23'],
  },
  { name: 'an unknown key', change: edit(POOL, '"pool_size": 5,', '"pool_size": 5,\n  "note": "x",'), rules: ['V23'] },
  {
    name: 'keys in another order',
    change: edit(UNIVERSE, /("as_of_date": "2026-03-31"),\n {2}([\s\S]*\])\n/, '$2,\n  $1\n'),
    rules: ['V23'],
  },
  { name: 'a registered block', change: (f) => withMeta(f), rules: [] },
  { name: 'another artifact name', change: edit(MANIFEST, '_rotation_live_pool"', '_other"'), rules: ['V17'] },
  {
    name: 'generated_at that is no text',
    change: edit(MANIFEST, /"generated_at": "[^"]*"/, '"generated_at": null'),
    rules: ['V29'],
  },
  {
    name: 'a params digest that is none',
    change: edit(MANIFEST, `"params_sha256": "${'a'.repeat(64)}"`, '"params_sha256": 1'),
    rules: ['V30'],
  },
  { name: 'a blank params id', change: edit(MANIFEST, '"params_id": "core_major"', '"params_id": ""'), rules: ['V30'] },
  {
    name: 'a selection_meta that disagrees with the ranking',
    change: (f) => edited(withMeta(f), POOL, (t) => t.replace('"current_rank": 5', '"current_rank": 4')),
    rules: ['V27'],
  },
  {
    name: 'a selection_meta without a member',
    change: (f) => edited(withMeta(f), LEGACY, (t) => t.replace(/,\n {4}"LTCUSDT": \{[^}]*\}(?=\n {2}\}\n\}$)/, '')),
    rules: ['V27'],
  },
  { name: 'an incomplete block of inputs', change: edit(MANIFEST, /\n {2}"data_digest": "[^"]*",/, ''), rules: ['V23'] },
  { name: 'a lower-case symbol', change: edit(UNIVERSE, '"ZILUSDT"', '"zilUSDT"'), rules: ['V24'] },
  { name: 'a wrong base asset in live_pool', change: edit(POOL, '"base_asset": "TRX"', '"base_asset": "TRXX"'), rules: ['V24'] },
  {
    name: 'a map in another order',
    change: edit(POOL, /( {4}"TRXUSDT": \{[^}]*\}),\n( {4}"ETHUSDT": \{[^}]*\})/, '$2,\n$1'),
    rules: ['V25'],
  },
  {
    name: 'an unsorted universe',
    change: edit(UNIVERSE, '"ADAUSDT",\n    "BCHUSDT"', '"BCHUSDT",\n    "ADAUSDT"'),
    rules: ['V26'],
  },
  { name: 'two unselected rows swapped', change: (f) => swapRows(f, 'ADAUSDT', 'XRPUSDT'), rules: ['V26'] },
  { name: 'a score above 1', change: edit(RANKING, /(TRXUSDT),1\.0,/, '$1,1.5,'), rules: ['V27'] },
  { name: 'a score that is no number', change: edit(RANKING, /(TRXUSDT),1\.0,/, '$1,one,'), rules: ['V27'] },
  { name: 'an unknown regime', change: editAll(RANKING, 'late_momentum', 'early_momentum'), rules: ['V27'] },
  { name: 'a second regime', change: edit(RANKING, /(ZILUSDT.*)late_momentum/, '$1risk_off'), rules: ['V27'] },
  { name: 'a final score within the tolerance', change: edit(RANKING, FINAL, floatText(Number(FINAL) + 5e-13)), rules: [] },
  {
    name: 'a final score beyond the tolerance',
    change: edit(RANKING, FINAL, floatText(Number(FINAL) + 2e-12)),
    rules: ['V27'],
  },
  {
    name: 'a path with a folder',
    change: edit(MANIFEST, '"path": "live_pool.json"', '"path": "a/live_pool.json"'),
    rules: ['V28'],
  },
  {
    name: 'an upper-case digest',
    change: (f) => edited(f, MANIFEST, (t) => t.replace(/"[0-9a-f]{64}"/, (m) => m.toUpperCase())),
    rules: ['V28'],
  },
  {
    name: 'a fifth artifact',
    change: edit(
      MANIFEST,
      '  "artifacts": {\n',
      `  "artifacts": {\n    "more": {\n      "path": "x",\n      "sha256": "${'a'.repeat(64)}"\n    },\n`,
    ),
    rules: ['V28'],
  },
  { name: 'a fraction in generated_at', change: edit(MANIFEST, '03:15:00+00:00', '03:15:00.5+00:00'), rules: ['V29'] },
  {
    name: 'generated_at on the day of as_of',
    change: edit(MANIFEST, '2026-04-01T03:15:00', '2026-03-31T23:15:00'),
    rules: ['V29'],
  },
  { name: 'another logical time', options: { time: { logicalTimeMs: Date.UTC(2026, 3, 1) } }, rules: ['V29'] },
  { name: 'generated_at 60 s ahead', options: { time: { nowMs: Date.UTC(2026, 3, 1, 3, 14) } }, rules: [] },
  { name: 'generated_at more than 60 s ahead', options: { time: { nowMs: Date.UTC(2026, 3, 1, 3, 13, 59) } }, rules: ['V29'] },
  { name: 'unpublishable parameters', options: { params: { publishable: false, sha256: 'a'.repeat(64) } }, rules: ['V30'] },
  { name: 'another parameter file', options: { params: { publishable: true, sha256: 'b'.repeat(64) } }, rules: ['V30'] },
  { name: 'the stated parameter file', options: { params: { publishable: true, sha256: 'a'.repeat(64) } }, rules: [] },
];

describe('break one thing, exactly the stated rules fire', () => {
  test.each(CASES)('$name → $rules', ({ change = (files) => files, options = {}, rules }) => {
    const files = worldFiles();
    const broken = change(files);
    const bound = broken.get(MANIFEST) === files.get(MANIFEST) ? rebound(broken) : broken;
    expect(fired(bound, { ...worldOptions, ...options })).toEqual(rules);
  });
});

describe('rules with facts of the build', () => {
  const explain = utf8('{"counts":"…"}');
  const counts = { selected: 5, ranked: 5, excluded: 20, total: 30 };
  const run = { backend: 'hist_gbt', trainRows: 300, minTrainRows: 300, explain, explainCounts: counts };
  const files = () => filesOf(worldDecision, { ...worldContext, evidenceSha256: sha256Hex(explain) });
  const v31 = (change: Partial<typeof run>): readonly string[] => {
    const result = validateRelease(files(), { ...worldOptions, run: { ...run, ...change } });
    return result.errors.map((error) => `${error.rule} ${error.path}`);
  };

  test('V31', () => {
    expect(v31({})).toEqual([]);
    expect(v31({ backend: 'lightgbm' })).toEqual(['V31 backend']);
    expect(v31({ trainRows: 299 })).toEqual(['V31 train_rows']);
    expect(v31({ explain: utf8('{}') })).toEqual(['V31 ']);
    expect(v31({ explainCounts: { ...counts, selected: 4, ranked: 6 } })).toEqual(['V31 selected']);
    expect(v31({ explainCounts: { ...counts, ranked: 6, total: 31 } })).toEqual(['V31 ranked']);
    expect(v31({ explainCounts: { ...counts, total: 29 } })).toEqual(['V31 excluded']);
  });

  test('V26 with the tie-breaks that the ranking file does not hold', () => {
    const facts = (stability: number, volume: number) => ({ liquidityStability: stability, avgQuoteVol180: volume });
    const tied = new Map([
      ['XTZUSDT', facts(0.5, 1)],
      ['ZECUSDT', facts(0.5, 2)],
      ['ZILUSDT', facts(0.4, 9)],
    ]);
    expect(fired(worldFiles(), { ...worldOptions, tieBreaks: tied })).toEqual(['V26']);
    expect(fired(worldFiles(), { ...worldOptions, tieBreaks: new Map([...tied, ['XTZUSDT', facts(0.5, 2)]]) })).toEqual([]);
  });

  test('V32 asks for approval at four new members, or when more than half of the universe has left', () => {
    const pool = ['TRXUSDT', 'ETHUSDT', 'BCHUSDT', 'NEARUSDT', 'LTCUSDT'];
    const result = (symbols: string[], universe: string[]) =>
      validateRelease(worldFiles(), { ...worldOptions, committed: { symbols, universe } });
    expect(needsApproval(result(['AUSDT', 'BUSDT', 'CUSDT', ...pool.slice(3)], []))).toBe(false);
    const turned = result(['AUSDT', 'BUSDT', 'CUSDT', 'DUSDT', 'LTCUSDT'], []);
    expect([turned.ok, needsApproval(turned)]).toEqual([true, true]);
    expect(needsApproval(result(pool, ['AUSDT', 'BUSDT', 'TRXUSDT', 'ETHUSDT']))).toBe(false);
    expect(needsApproval(result(pool, ['AUSDT', 'BUSDT', 'CUSDT', 'ETHUSDT']))).toBe(true);
  });

  test('V33 warns about what the build noticed, for members of the pool only', () => {
    const quiet = { universeStateDrift: [], findings: [], exitPending: [], revisions: 0 };
    const warnings = (change: object): number =>
      validateRelease(worldFiles(), { ...worldOptions, attention: { ...quiet, ...change } }).warnings.length;
    expect(warnings({})).toBe(0);
    expect(warnings({ universeStateDrift: ['ADAUSDT'] })).toBe(1);
    expect(
      warnings({
        findings: [
          { symbol: 'TRXUSDT', code: 'gap' },
          { symbol: 'ADAUSDT', code: 'gap' },
        ],
      }),
    ).toBe(1);
    expect(warnings({ exitPending: ['ADAUSDT', 'LTCUSDT'] })).toBe(1);
    expect(warnings({ revisions: 2 })).toBe(1);
  });

  test('V21 is a warning where freshness is not required', () => {
    const result = validateRelease(worldFiles(), { ...worldOptions, referenceDate: '2026-05-16' });
    expect(result).toMatchObject({ ok: true, warnings: [{ rule: 'V21' }], age_days: 46 });
  });

  test('V10: a revision is a version for strict only', () => {
    const revised = filesOf(worldDecision, { ...worldContext, version: '2026-03-31-core_major-r2' });
    expect(fired(revised, worldOptions)).toEqual([]);
    expect(fired(revised, { profile: 'reference', referenceDate: '2026-04-01' })).toEqual(['V10']);
  });

  test('V16: a plan manifest must say what the pool files say', () => {
    const good = plan(worldFiles());
    const v16 = (change: (text: string) => string): readonly string[] =>
      fired(worldFiles(), { ...worldOptions, planManifest: utf8(change(new TextDecoder().decode(good))) });
    expect(v16((t) => t)).toEqual([]);
    expect(v16((t) => t.replace('"pool_size": 5', '"pool_size": 6'))).toEqual(['V16']);
    expect(v16((t) => t.replace('"TRXUSDT",\n        "ETHUSDT"', '"ETHUSDT",\n        "TRXUSDT"'))).toEqual(['V16']);
    expect(v16((t) => t.replace('"base_asset": "LTC"', '"base_asset": "LTCX"'))).toEqual(['V16']);
    expect(v16((t) => t.replace('"as_of_date": "2026-03-31"', '"as_of_date": "2026-03-30"'))).toEqual(['V11', 'V16']);
    expect(v16((t) => t.replace('"payload"', '"other"'))).toEqual(['V16']);
    expect(v16(() => '{')).toEqual(['V02']);
  });

  test('V29: the logical time of the run', () => {
    const ms = Date.UTC(2026, 3, 1, 3, 15);
    expect(formatInstant(ms)).toBe(worldContext.generatedAt);
    expect(fired(worldFiles(), { ...worldOptions, time: { logicalTimeMs: ms, nowMs: ms } })).toEqual([]);
  });
});

test('V10 and V22: what only looks like a date or a version is refused by strict, whoever agrees with it', () => {
  const odd = (change: object, context: object): readonly string[] =>
    fired(filesOf({ ...worldDecision, ...change }, { ...worldContext, ...context }), worldOptions);
  expect(odd({ mode: 'Core Major' }, { version: '2026-03-31-Core Major' })).toEqual(['V10']);
  expect(odd({ asOfDate: '2026-03-31 00:00' }, {})).toEqual(['V22']);
});

test('lists of the largest size are compared in reasonable time', () => {
  const symbols = Array.from({ length: 10_000 }, (_, i) => `"S${i}USDT"`);
  const map = (base: string): string => symbols.map((symbol) => `${symbol}:{"base_asset":"${base}"}`).join(',');
  const pool = `{"symbols":[${symbols.toReversed().join(',')}],"symbol_map":{${map('A')}},"selection_meta":{${map('B')}}}`;
  const legacy = `{"symbols":{${map('A')}},"symbol_map":{${map('C')}}}`;
  const files = new Map(worldFiles()).set(POOL, utf8(pool)).set(LEGACY, utf8(legacy));
  const header = textOf(files, RANKING).split('\n')[0];
  const rows = symbols.map((symbol) => `2026-03-31,${symbol},,,,,late_momentum,,True,1\n`);
  files.set(RANKING, utf8(`${header}\n${rows.join('')}`));
  expect(fired(files, worldOptions)).toContain('V25');
  files.set(RANKING, utf8(`${symbols.join(',')}\n`));
  expect(fired(files, worldOptions)).toContain('V14');
});

test('profile reference does not run the rules of strict', () => {
  const files = rebound(edited(worldFiles(), POOL, (t) => `${t}\n`));
  expect(fired(files, { profile: 'reference', referenceDate: '2026-04-01' })).toEqual([]);
  expect(fired(files, worldOptions)).toEqual(['V22']);
});

test('all violations are gathered, missing files end early', () => {
  const files = edited(
    edited(worldFiles(), POOL, (t) => t.replace('"pool_size": 5', '"pool_size": 6')),
    RANKING,
    (t) => t.replace('True,5', 'True,x'),
  );
  expect(fired(files, worldOptions)).toEqual(['V09', 'V15', 'V19', 'V20', 'V26']);
  expect(fired(without(files, UNIVERSE), worldOptions)).toEqual(['V01']);
});

test('every single flipped bit of every file is an error', () => {
  const names = [UNIVERSE, RANKING, POOL, LEGACY, MANIFEST];
  const files = worldFiles();
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), fc.nat(7), (name, at, bit) => {
      const bytes = Uint8Array.from(files.get(name) ?? []);
      const index = at % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
      const result = validateRelease(new Map(files).set(name, bytes), worldOptions);
      // The manifest is bound by the statement that is signed over it: a bit of a field that only the signature covers may pass here.
      if (name !== MANIFEST) expect(result.ok).toBe(false);
      expect(validationResultSchema.safeParse(result).success).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('arbitrary bytes are judged, never thrown at', () => {
  const names = [UNIVERSE, RANKING, POOL, LEGACY, MANIFEST];
  const content = fc.oneof(fc.json().map(utf8), fc.uint8Array({ maxLength: 60 }), fc.string().map(utf8));
  fc.assert(
    fc.property(fc.tuple(content, content, content, content, content), content, (contents, planManifest) => {
      const files = new Map(names.map((name, index) => [name, contents[index] ?? new Uint8Array()]));
      expect(validateRelease(files, { ...worldOptions, planManifest }).ok).toBe(false);
    }),
    { numRuns: 150 },
  );
});

test('a value of any type in any place is judged, never thrown at', () => {
  const value = fc.constantFrom(
    'null',
    'true',
    '-1',
    '1.5',
    '""',
    '"x"',
    '[]',
    '{}',
    '[null]',
    '[1]',
    '{"a":1}',
    '{"TRXUSDT":null}',
  );
  const place = fc.tuple(fc.constantFrom(UNIVERSE, POOL, LEGACY, MANIFEST), fc.nat());
  const files = worldFiles();
  fc.assert(
    fc.property(place, value, ([name, at], replacement) => {
      const text = textOf(files, name);
      const values = [...text.matchAll(/: ("[^"]*"|\d+)|^ +("[^"]*"),?$/gm)];
      const match = values[at % values.length];
      const token = match?.[1] ?? match?.[2] ?? '';
      const start = (match?.index ?? 0) + (match?.[0] ?? '').indexOf(token);
      const changed = text.slice(0, start) + replacement + text.slice(start + token.length);
      const broken = new Map(files).set(name, utf8(changed));
      const result = validateRelease(name === MANIFEST ? broken : rebound(broken), worldOptions);
      expect(result.ok).toBe(false);
    }),
    { numRuns: 250 },
  );
});

function without(files: FileBytes, name: string): FileBytes {
  const rest = new Map(files);
  rest.delete(name);
  return rest;
}

function twoFiles(names: readonly string[], from: string, to: string): (files: FileBytes) => FileBytes {
  return (files) => names.reduce((changed, name) => edited(changed, name, (t) => t.replace(from, to)), files);
}

function swapRows(files: FileBytes, a: string, b: string): FileBytes {
  return edited(files, RANKING, (text) => {
    const lines = text.split('\n');
    const [i, j] = [a, b].map((symbol) => lines.findIndex((line) => line.includes(symbol)));
    return lines.map((line, index) => (index === i ? lines[j ?? 0] : index === j ? lines[i ?? 0] : line)).join('\n');
  });
}

function withMeta(files: FileBytes): FileBytes {
  const meta = filesOf(worldDecision, { ...worldContext, withSelectionMeta: true });
  return new Map(files).set(POOL, meta.get(POOL) ?? new Uint8Array()).set(LEGACY, meta.get(LEGACY) ?? new Uint8Array());
}
