import { EXIT } from '#shared/core/error-catalogue.ts';

/**
 * Makes a reader that goes away (`| head`) harmless: what nobody reads is dropped, the work and its exit code stay. Any other
 * failure of stdout, such as a full disk behind a redirection, ends the process: the result asked for cannot be delivered.
 */
export function surviveClosedReaders(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`error STORE_UNAVAILABLE: the output cannot be written: ${error.message}\n`);
    process.exit(EXIT.transient);
  });
  process.stderr.on('error', () => {
    // Notes have no other place to go, and a release must not stop for want of a listener.
  });
}
