import { SIMULATOR_ARGUMENT } from './simulator-process.ts';

/** What a command line asks for. */
export type CommandLine =
  | { readonly run: 'worker' }
  | { readonly run: 'simulator'; readonly order: string }
  | { readonly run: 'help' }
  | { readonly run: 'nothing'; readonly problem: string };

/** Arguments after the entry point; the worker itself takes none, and one that it does not know starts nothing. */
export function commandLine([first, ...rest]: readonly string[]): CommandLine {
  if (first === undefined) return { run: 'worker' };
  if (first === SIMULATOR_ARGUMENT && rest.length === 1) return { run: 'simulator', order: rest[0]! };
  if (first === '--help' || first === '-h') return { run: 'help' };
  return { run: 'nothing', problem: `the worker does not know the argument ${first}; --help says what it knows` };
}

/** What `--help` prints. */
export const HELP = `livepool worker: watches markets, computes the quant metrics, carries market data away, and trades nothing.

Usage: npm run worker            (or: node functions/worker/main.ts)

Without any setting it watches the embedded simulator: no account, no network. Ctrl-C ends it.
Settings are environment variables; these are the usual ones:

  PIPELINE_HTTP_PORT             port of /health, /metrics and the rest (8080; 0 = any free one)
  PIPELINE_HTTP_HOST             address of it (127.0.0.1)
  PIPELINE_MARKET                sim or venues (sim)
  PIPELINE_INSTRUMENTS           what is watched: BTC-USD.spot@kraken,BTC-USD.perp@krakenfutures,…
  PIPELINE_VENUE_PROFILE         us_strict or global (us_strict)
  PIPELINE_SIMULATOR_URL         a simulator that runs already; else it starts its own
  PIPELINE_SIMULATOR_SCENARIO    weather of its own simulator (calm)
  PIPELINE_DATA_FOLDER           documents, committed ticks, staging, log (.livepool/worker)
  PIPELINE_RECORD_FOLDER         keeps raw frames there
  PIPELINE_RECORD_FRAMES         cold: keeps them in the cold tier (off)

All of them: docs/how-to/run-the-worker.md

Exit codes:
  0   stopped
  2   wrong command line
  70  gave up, so that its platform starts it anew
  71  a stop took longer than eight seconds
  78  the settings are wrong, or name what cannot be used
`;
