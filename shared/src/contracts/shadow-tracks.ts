import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower-case letters, digits and underscores');

/** One track: the base parameters with one overlay, the label that its models learn (release spec §10). */
export const shadowTrackSchema = z.strictObject({
  /** Folder of the track. */
  track_id: name,
  profile_name: name,
  /** `labels.target` of the track. */
  target_mode: name,
  source_track: name,
  candidate_status: name,
});

/** `shared/params/shadow_tracks.json`: which histories are kept beside the official pool, and how they are scored. */
export const shadowTracksSchema = z
  .strictObject({
    schema: z.literal('shadow_tracks.v1'),
    /** Universe of the shared panel: the research mode. Releases carry the publishing mode all the same. */
    universe_mode: name,
    /** Training length and purge are those of the base parameters, `model.train_dates` and `model.embargo_dates`. */
    walkforward: z.strictObject({
      test_dates: z.number().int().positive(),
      step_dates: z.number().int().positive(),
      /** Score of a date that two windows test: their mean, or the later window's. */
      aggregation: z.enum(['mean', 'latest']),
      /** `stop` at the window that reaches the last date, or run `every_started` window. */
      trailing: z.enum(['stop', 'every_started']),
    }),
    tracks: z.array(shadowTrackSchema).min(1),
  })
  .refine(({ walkforward }) => walkforward.step_dates <= walkforward.test_dates, 'step_dates must not exceed test_dates')
  .refine(({ tracks }) => new Set(tracks.map(({ track_id }) => track_id)).size === tracks.length, 'track ids must differ');

export type ShadowTrack = z.infer<typeof shadowTrackSchema>;
export type ShadowTracks = z.infer<typeof shadowTracksSchema>;
