// Entry of a worker thread of the campaign: carries out one job after another and answers with figures or with what was found.
import { parentPort } from 'node:worker_threads';
import { type Job, runJob } from './jobs.ts';

const port = parentPort;
port?.on('message', (job: Job) => {
  runJob(job).then(
    (figures) => port.postMessage({ figures }),
    (error: unknown) => port.postMessage({ found: error instanceof Error ? error.message : String(error) }),
  );
});
