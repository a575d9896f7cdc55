import shipped from '#params/worker.json' with { type: 'json' };
import { workerParamsSchema } from '#shared/contracts/worker-params.ts';

/** The parameters that come with the product. */
export const WORKER_PARAMS = workerParamsSchema.parse(shipped);
