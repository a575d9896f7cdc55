import type { ValidationRule } from './rule.ts';
import { manifestBindsFiles, manifestFieldsArePresent, manifestMatchesPool } from './rules/artifact-manifest.ts';
import { nothingNeedsAttention, turnoverIsOrdinary } from './rules/attention.ts';
import { bytesAreCanonical } from './rules/byte-form.ts';
import { poolIsFresh } from './rules/freshness.ts';
import { identityMatches } from './rules/identity.ts';
import { keysAreExact } from './rules/key-order.ts';
import { artifactEntriesAreBare, generatedAtIsLogicalTime } from './rules/manifest-form.ts';
import { planMatchesPool } from './rules/plan-manifest.ts';
import { datesAgree, poolIsExpected, poolTextsAgree, symbolsAgree, versionsFit } from './rules/pool-agreement.ts';
import {
  datesParse,
  poolSizesArePositive,
  poolTextsAreFilled,
  stableFieldsArePresent,
  symbolListsAreSound,
  symbolMapsAreSound,
} from './rules/pool-fields.ts';
import { filesArePresent, filesAreReadable } from './rules/presence.ts';
import { paramsArePublishable, runIsAccountedFor } from './rules/provenance.ts';
import { poolIsSelectionByRank, rankingCoversPool } from './rules/ranking-agreement.ts';
import { orderIsThatOfTheRanking } from './rules/ranking-order.ts';
import { scoresRecompute } from './rules/score-recompute.ts';
import { orderIsTheSame, symbolsHaveContractForm } from './rules/symbol-form.ts';

/** Every rule of release spec §4, in order. The reference page of the docs can be generated from this table. */
export const VALIDATION_RULES: readonly ValidationRule[] = [
  { id: 'V01', level: 'error', profile: 'reference', says: 'all files are there', check: filesArePresent },
  {
    id: 'V02',
    level: 'error',
    profile: 'reference',
    says: 'JSON files hold objects, the ranking is CSV',
    check: filesAreReadable,
  },
  {
    id: 'V03',
    level: 'error',
    profile: 'reference',
    says: 'both pool files have the seven stable fields',
    check: stableFieldsArePresent,
  },
  {
    id: 'V04',
    level: 'error',
    profile: 'reference',
    says: 'symbol lists hold distinct USDT symbols',
    check: symbolListsAreSound,
  },
  { id: 'V05', level: 'error', profile: 'reference', says: 'symbol maps name a base asset each', check: symbolMapsAreSound },
  { id: 'V06', level: 'error', profile: 'reference', says: 'pool_size is a positive integer', check: poolSizesArePositive },
  {
    id: 'V07',
    level: 'error',
    profile: 'reference',
    says: 'mode, version, source_project are not blank',
    check: poolTextsAreFilled,
  },
  { id: 'V08', level: 'error', profile: 'reference', says: 'as_of_date is a date', check: datesParse },
  {
    id: 'V09',
    level: 'error',
    profile: 'reference',
    says: 'lists, maps and sizes tell of the same symbols',
    check: symbolsAgree,
  },
  { id: 'V10', level: 'error', profile: 'reference', says: 'version is <as_of>-<mode>, strict also -rN', check: versionsFit },
  { id: 'V11', level: 'error', profile: 'reference', says: 'one as_of everywhere', check: datesAgree },
  {
    id: 'V12',
    level: 'error',
    profile: 'reference',
    says: 'both pool files have one mode, version, source',
    check: poolTextsAgree,
  },
  { id: 'V13', level: 'error', profile: 'reference', says: 'mode, source and size are the expected ones', check: poolIsExpected },
  {
    id: 'V14',
    level: 'error',
    profile: 'reference',
    says: 'the ranking has its columns and covers the pool',
    check: rankingCoversPool,
  },
  {
    id: 'V15',
    level: 'error',
    profile: 'reference',
    says: 'the pool is the selected rows by rank',
    check: poolIsSelectionByRank,
  },
  { id: 'V16', level: 'error', profile: 'reference', says: 'the plan manifest matches the pool', check: planMatchesPool },
  {
    id: 'V17',
    level: 'error',
    profile: 'reference',
    says: 'the manifest has its fifteen fields',
    check: manifestFieldsArePresent,
  },
  { id: 'V18', level: 'error', profile: 'reference', says: 'the manifest matches the pool', check: manifestMatchesPool },
  { id: 'V19', level: 'error', profile: 'reference', says: 'the manifest binds the bytes', check: manifestBindsFiles },
  {
    id: 'V20',
    level: 'error',
    profile: 'reference',
    says: 'the identity block matches manifest and bytes',
    check: identityMatches,
  },
  { id: 'V21', level: 'error', profile: 'reference', says: 'as_of is not in the future and not too old', check: poolIsFresh },
  { id: 'V22', level: 'error', profile: 'strict', says: 'every file has its one byte form', check: bytesAreCanonical },
  { id: 'V23', level: 'error', profile: 'strict', says: 'exact keys in exact order', check: keysAreExact },
  {
    id: 'V24',
    level: 'error',
    profile: 'strict',
    says: 'symbols and base assets have the contract form',
    check: symbolsHaveContractForm,
  },
  { id: 'V25', level: 'error', profile: 'strict', says: 'one order of symbols in all files', check: orderIsTheSame },
  { id: 'V26', level: 'error', profile: 'strict', says: 'universe and ranking are in order', check: orderIsThatOfTheRanking },
  { id: 'V27', level: 'error', profile: 'strict', says: 'scores follow from their components', check: scoresRecompute },
  {
    id: 'V28',
    level: 'error',
    profile: 'strict',
    says: 'four artifacts with bare paths and hex digests',
    check: artifactEntriesAreBare,
  },
  { id: 'V29', level: 'error', profile: 'strict', says: 'generated_at is the logical time', check: generatedAtIsLogicalTime },
  {
    id: 'V30',
    level: 'error',
    profile: 'strict',
    says: 'parameters are publishable and the stated ones',
    check: paramsArePublishable,
  },
  { id: 'V31', level: 'error', profile: 'strict', says: 'model and explanation are accounted for', check: runIsAccountedFor },
  { id: 'V32', level: 'approval', profile: 'strict', says: 'turnover is ordinary', check: turnoverIsOrdinary },
  { id: 'V33', level: 'warning', profile: 'strict', says: 'nothing needs attention', check: nothingNeedsAttention },
];
