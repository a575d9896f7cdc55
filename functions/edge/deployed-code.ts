import { type CodeIdentity, NUMBER_LIBRARIES } from '#shared/pipeline/run-facts.ts';
import manifest from '../../package.json' with { type: 'json' };

/** What is deployed: commit, lock file and library versions, as evidence of a release names them. */
export function deployedCode(config: {
  readonly PIPELINE_SOURCE_REVISION: string;
  readonly PIPELINE_LOCK_FILE_SHA256: string;
}): CodeIdentity {
  const versions: Readonly<Record<string, string>> = manifest.dependencies;
  return {
    sourceRevision: config.PIPELINE_SOURCE_REVISION,
    lockFileSha256: config.PIPELINE_LOCK_FILE_SHA256,
    libraryVersions: Object.fromEntries(NUMBER_LIBRARIES.map((name) => [name, versions[name] ?? 'missing'])),
  };
}
