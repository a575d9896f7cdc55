import { type ReleaseLayout, releaseLayout } from '#shared/release/layout.ts';

/** Where the objects of a deployment are: names inside its bucket, and the URIs that others see. */
export function bucketLayout({ PIPELINE_BUCKET: bucket }: { readonly PIPELINE_BUCKET: string }): ReleaseLayout {
  return releaseLayout({ baseUri: `gs://${bucket}` });
}
