import * as gcp from '@pulumi/gcp';
import { type Place, replaceable } from './place.ts';

/** Where images are kept: those that Google builds of the functions, and the worker's. */
export function declareRegistry(place: Place): gcp.artifactregistry.Repository {
  const { project, region } = place.settings;
  return new gcp.artifactregistry.Repository(
    'registry',
    {
      project,
      location: region,
      repositoryId: 'livepool',
      format: 'DOCKER',
      dockerConfig: { immutableTags: true },
      vulnerabilityScanningConfig: { enablementConfig: 'INHERITED' },
    },
    replaceable(place),
  );
}
