import { z } from 'zod';

const venueId = z.string().regex(/^[a-z]+$/);
const domains = z.array(z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)).min(1);

/** What a venue may be used for besides reading public data (market-data spec §1.1). */
const trading = z.enum(['spot', 'eligibility_row', 'never']);

const requestBudget = {
  /** 40 % of what the venue publishes (market-data spec §5). */
  requests_per_second: z.number().positive(),
  burst: z.number().int().positive(),
};

/** `shared/params/venues.json`: who may be contacted, at which hosts, how often. Every key is required. */
export const venueParamsSchema = z.strictObject({
  schema: z.literal('venues.v1'),
  /** What a profile does with the refused set: refuse it, or allow its data when the deployment names the venue. */
  profiles: z.record(z.string(), z.strictObject({ refused_set: z.enum(['refused', 'data_if_named']) })),
  /** The allow-list by ccxt id: public data is allowed in every profile. */
  venues: z.record(venueId, z.strictObject({ trading, domains })),
  refused_set: z.record(venueId, z.strictObject({ domains })),
  candle_collection: z.record(
    venueId,
    z.strictObject({
      /** Candles, daily or hourly, asked for in one request; at most what the venue answers. */
      page_days: z.number().int().positive(),
      ...requestBudget,
      /** The venue's asset names that differ from the common ones. */
      asset_aliases: z.record(z.string(), z.string()),
    }),
  ),
  sample_exchange: z.strictObject(requestBudget),
  http: z.strictObject({
    timeout_ms: z.number().int().positive(),
    max_body_bytes: z.number().int().positive(),
    /** Attempts per request, the first included. */
    tries: z.number().int().positive(),
    base_delay_ms: z.number().int().positive(),
    /** First wait after "too many requests" without a Retry-After header. */
    rate_limited_delay_ms: z.number().int().positive(),
    max_delay_ms: z.number().int().positive(),
  }),
});

export type VenueParams = z.infer<typeof venueParamsSchema>;
export type RequestBudget = VenueParams['sample_exchange'];
export type HttpParams = VenueParams['http'];
