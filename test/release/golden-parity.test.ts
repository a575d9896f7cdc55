import { describe, expect, test } from 'vitest';
import { RELEASE_FILES } from '#shared/contracts/artifact-files.ts';
import type { ArtifactContext } from '#shared/release/artifacts.ts';
import { GOLDEN_DATES, goldenDecision, goldenFiles, goldenIsPresent } from './support/golden.ts';
import { filesOf, textOf } from './support/sample-a.ts';

describe.skipIf(!goldenIsPresent).each(GOLDEN_DATES)('golden artifacts of %s', (asOfDate) => {
  const context = (): ArtifactContext => ({
    version: `${asOfDate}-core_major`,
    sourceProject: 'crypto-live-pool-pipelines',
    sourceRevision: '',
    generatedAt: JSON.parse(textOf(goldenFiles(asOfDate), 'artifact_manifest.json')).generated_at,
    params: { id: 'reference', sha256: '' },
    dataDigest: '',
    evidenceSha256: '',
    export: { manifest_blocks: [], meta_rank_type: 'float' },
    symbolMap: { on_missing_base: 'omit' },
  });

  test.each(RELEASE_FILES)('%s is byte-equal', (name) => {
    const ours = filesOf(goldenDecision(asOfDate), context());
    expect(textOf(ours, name)).toBe(textOf(goldenFiles(asOfDate), name));
    expect(ours.get(name)).toEqual(goldenFiles(asOfDate).get(name));
  });
});
