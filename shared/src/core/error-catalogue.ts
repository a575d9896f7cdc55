import type { ErrorKind } from './errors.ts';

/** Process exit codes of every command, in one table. */
export const EXIT = { ok: 0, refused: 1, usage: 2, transient: 3, conflict: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface CatalogueEntry {
  readonly kind: ErrorKind;
  readonly exit: ExitCode;
  readonly meaning: string;
}

/**
 * Every code that can leave the process, with the exit code that goes with it. The reference page of the docs is generated
 * from this table; a code that is missing here fails a test.
 */
export const ERROR_CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
  INVARIANT: { kind: 'bug', exit: EXIT.conflict, meaning: 'a rule of the program itself was broken; please report it' },
  UNEXPECTED: { kind: 'bug', exit: EXIT.conflict, meaning: 'an error nobody planned for; please report it with its stack' },
  SIM_BEFORE_MARKET: { kind: 'terminal', exit: EXIT.usage, meaning: 'the sample market has no finished day before that time' },
  SIM_SYMBOL_UNKNOWN: {
    kind: 'terminal',
    exit: EXIT.usage,
    meaning: 'the simulator has no live market of that base; choose a listed one',
  },
  SIM_PORT_REFUSED: { kind: 'terminal', exit: EXIT.refused, meaning: 'the sample exchange cannot listen on that port' },
  HTTP_PORT_REFUSED: { kind: 'terminal', exit: EXIT.refused, meaning: 'the worker cannot listen on that port' },
  QUANT_LEASE_LOST: {
    kind: 'terminal',
    exit: EXIT.conflict,
    meaning: 'another worker writes quant ticks now; this one must stop or stand by',
  },
  REPLAY_DIFFERS: {
    kind: 'terminal',
    exit: EXIT.conflict,
    meaning: 'a recording run again says something else than was committed; find out which program made it',
  },
  QUANT_TICK_CONFLICT: {
    kind: 'bug',
    exit: EXIT.conflict,
    meaning: 'a quant tick does not follow the committed one; please report it',
  },
  QUANT_STATE_FOREIGN: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'a stored quant state is of another universe or other parameters; start without it',
  },
  QUANT_UNIVERSE_INVALID: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'the quant universe names instruments wrongly or twice',
  },
  COMPONENT_ENDED: {
    kind: 'transient',
    exit: EXIT.transient,
    meaning: 'a part of the worker ended without being asked to; it is started again',
  },
  COMMAND_REPLAYED: { kind: 'terminal', exit: EXIT.refused, meaning: 'a signed command came twice; sign it anew' },
  RECOVERY_BUSY: { kind: 'transient', exit: EXIT.transient, meaning: 'the component is being recovered already' },
  RECOVERY_TOO_SOON: { kind: 'transient', exit: EXIT.transient, meaning: 'the component was recovered just now; wait' },
  RECOVERY_TOO_OFTEN: {
    kind: 'terminal',
    exit: EXIT.conflict,
    meaning: 'recovering the component again and again does not help; a person has to look',
  },
  RECOVERY_FAILED: { kind: 'terminal', exit: EXIT.conflict, meaning: 'a component did not come back; look at its log' },
  WORKER_UNREACHABLE: { kind: 'transient', exit: EXIT.transient, meaning: 'no worker answers there; start it, or correct --url' },
  DOCS_STALE: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'generated pages differ from the code; docs check --write renews them',
  },
  NOTHING_RECORDED: { kind: 'terminal', exit: EXIT.refused, meaning: 'no frame was recorded; the message says why' },
  FRAMES_LOST: { kind: 'terminal', exit: EXIT.refused, meaning: 'a recording has gaps: the disk did not take every line' },
  NO_RECORDS: { kind: 'terminal', exit: EXIT.refused, meaning: 'no worker has written its records there yet' },
  RELOAD_REFUSED: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'a parameter file changes what a running worker may not change; nothing was applied',
  },
  RECOVERY_UNKNOWN: {
    kind: 'terminal',
    exit: EXIT.usage,
    meaning: 'the component does not run here, or nothing is connected to the venue',
  },
  INTERRUPTED: { kind: 'transient', exit: EXIT.transient, meaning: 'stopped by a signal; the same command continues' },
  NUMBER_NOT_ENCODABLE: { kind: 'bug', exit: EXIT.conflict, meaning: 'a number has no form in an artifact or statement' },
  OBJECT_NAME_INVALID: {
    kind: 'terminal',
    exit: EXIT.usage,
    meaning: 'an object name breaks the naming rules; use another name',
  },
  OBJECT_SOURCE_GONE: {
    kind: 'terminal',
    exit: EXIT.conflict,
    meaning: 'the object to copy was deleted or replaced; verify the store',
  },
  INPUT_TOO_LARGE: { kind: 'terminal', exit: EXIT.refused, meaning: 'an input has more bytes than its reader accepts' },
  DOCUMENT_PATH_INVALID: { kind: 'bug', exit: EXIT.conflict, meaning: 'a document path is not collection/id; please report it' },
  DOCUMENT_INVALID: { kind: 'bug', exit: EXIT.conflict, meaning: 'a document holds what a store cannot keep; please report it' },
  DOCUMENT_EXISTS: { kind: 'terminal', exit: EXIT.conflict, meaning: 'a document that had to be new is there already' },
  STORE_UNAVAILABLE: {
    kind: 'transient',
    exit: EXIT.transient,
    meaning: 'a store did not answer or is full; mend it and run again',
  },
  STORE_REFUSED: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'a remote service refuses the call; check rights and configuration',
  },
  STORE_READ_ONLY: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'a folder refuses writes; change its rights or choose another',
  },
  STORE_CORRUPT: { kind: 'terminal', exit: EXIT.conflict, meaning: 'a file of the store is damaged; restore it from a copy' },
  COMMIT_UNKNOWN: {
    kind: 'transient',
    exit: EXIT.transient,
    meaning: 'the answer to a commit was lost; run the same thing again',
  },
  KEY_MISSING: { kind: 'terminal', exit: EXIT.refused, meaning: 'a signing key file is missing; make one with livepool keys' },
  KEY_INVALID: { kind: 'terminal', exit: EXIT.refused, meaning: 'a key file is not a key of the needed kind' },
  KEY_EXPOSED: { kind: 'terminal', exit: EXIT.refused, meaning: 'others may read a private key file; chmod 600 and rotate it' },
  KEY_EXISTS: { kind: 'terminal', exit: EXIT.refused, meaning: 'a key file is there already and is never overwritten' },
  KEY_UNTRUSTED: {
    kind: 'terminal',
    exit: EXIT.conflict,
    meaning: 'the public half of the signing key was removed from the trusted keys; find out why, then livepool keys trust',
  },
  SECRET_MISSING: { kind: 'terminal', exit: EXIT.refused, meaning: 'a secret is missing; create it or correct its name' },
  SIGNING_FAILED: { kind: 'transient', exit: EXIT.transient, meaning: 'the signer did not answer; run the same thing again' },
  VERSION_INVALID: { kind: 'terminal', exit: EXIT.refused, meaning: 'a text is no version <YYYY-MM-DD>-<mode>[-rN]' },
  VERSION_NOT_COMPARABLE: { kind: 'terminal', exit: EXIT.refused, meaning: 'versions of two modes have no order' },
  FILE_MISSING: { kind: 'terminal', exit: EXIT.refused, meaning: 'a file of a release is missing from the set' },
  MANIFEST_INCOMPLETE: { kind: 'terminal', exit: EXIT.refused, meaning: 'a manifest lacks a block that sealing needs' },
  SIGNATURE_INVALID: { kind: 'terminal', exit: EXIT.conflict, meaning: 'a signature is not by a pinned key over these bytes' },
  DOCUMENT_UNREADABLE: { kind: 'terminal', exit: EXIT.conflict, meaning: 'a stored document has not the shape of its contract' },
  INPUT_FOLDER_UNREADABLE: { kind: 'terminal', exit: EXIT.refused, meaning: 'an input folder is missing or cannot be listed' },
  NO_CANDLE_FILES: { kind: 'terminal', exit: EXIT.refused, meaning: 'a folder holds no candle file; collect first' },
  INSTRUMENTS_INVALID: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'an instrument list is unreadable; correct the named line',
  },
  VALUE_NOT_ENCODABLE: { kind: 'bug', exit: EXIT.conflict, meaning: 'a value has no JSON form; please report it' },
  OUTPUT_NOT_WRITABLE: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'an output folder cannot be written; nothing half-written is left',
  },
  PARAMS_INVALID: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'a parameter set is missing, unreadable or breaks its schema',
  },
  TEXT_NOT_ENCODABLE: { kind: 'bug', exit: EXIT.conflict, meaning: 'a text has no UTF-8 form and cannot stand in a document' },
  CANDLES_TWICE: { kind: 'terminal', exit: EXIT.refused, meaning: 'two candle files are of the same symbol; keep one' },
  POOL_EMPTY: { kind: 'terminal', exit: EXIT.refused, meaning: 'no symbol was selected; there is nothing to release' },
  BASE_ASSET_MISSING: { kind: 'terminal', exit: EXIT.refused, meaning: 'a selected symbol has no base asset in the instruments' },
  VENUE_REFUSED: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'the venue policy forbids this contact; choose an allowed venue',
  },
  VENUE_PROFILE_INVALID: { kind: 'terminal', exit: EXIT.refused, meaning: 'the venue policy is missing or unreadable' },
  VENUE_UNAVAILABLE: { kind: 'transient', exit: EXIT.transient, meaning: 'a venue did not answer; run again, nothing is lost' },
  VENUE_RATE_LIMITED: { kind: 'transient', exit: EXIT.transient, meaning: 'a venue asked to slow down; run again later' },
  VENUE_PAYLOAD_SHAPE: { kind: 'transient', exit: EXIT.transient, meaning: 'a venue answered in another form than documented' },
  VENUE_ERROR: { kind: 'terminal', exit: EXIT.refused, meaning: 'a venue refused a request; the message holds its words' },
  SYMBOL_UNKNOWN: { kind: 'terminal', exit: EXIT.refused, meaning: 'a venue does not list the symbol' },
  SOURCE_UNCALIBRATED: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'volumes of this source have no scale; calibrate or give one',
  },
  CALIBRATION_TOO_THIN: { kind: 'terminal', exit: EXIT.refused, meaning: 'too few common symbols or days to calibrate volumes' },
  REVISIONS_EXCESSIVE: {
    kind: 'terminal',
    exit: EXIT.conflict,
    meaning: 'a venue changed more stored candles than is plausible',
  },
  SCHEMA_MISMATCH: {
    kind: 'terminal',
    exit: EXIT.conflict,
    meaning: 'rows or a stored file do not have the schema of their table',
  },
  COLD_OBJECT_CORRUPT: {
    kind: 'terminal',
    exit: EXIT.conflict,
    meaning: 'a stored table file is damaged; restore it from a copy',
  },
  COLD_PARTITION_ABSENT: { kind: 'terminal', exit: EXIT.refused, meaning: 'the table has no data there; collect, or allow gaps' },
  COLD_CONFLICT: { kind: 'terminal', exit: EXIT.conflict, meaning: 'another writer changed the table meanwhile' },
  VALIDATION_FAILED: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'a release breaks rules of the contract; every violation is listed',
  },
  SHADOW_INPUTS_GONE: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'the frozen inputs of a run are gone; build its shadow releases from candles',
  },
  VERSION_CONFLICT: {
    kind: 'terminal',
    exit: EXIT.conflict,
    meaning: 'this version exists with other bytes; nothing was changed, a correction takes the next -rN',
  },
  RUN_CONFLICT: {
    kind: 'terminal',
    exit: EXIT.conflict,
    meaning: 'a run key already names another run or request; use another key',
  },
  SUPERSEDED: { kind: 'terminal', exit: EXIT.refused, meaning: 'the version is not newer than the newest one ever offered' },
  HELD: { kind: 'terminal', exit: EXIT.ok, meaning: 'publishing is on hold; nothing was changed' },
  HOLD_INVALID: { kind: 'terminal', exit: EXIT.refused, meaning: 'a hold needs a reason and an end within seven days' },
  APPROVAL_REQUIRED: { kind: 'terminal', exit: EXIT.refused, meaning: 'the act needs a second person or a reason' },
  NOT_SEALED: { kind: 'terminal', exit: EXIT.conflict, meaning: 'the version was never sealed, so nothing may point at it' },
  READBACK_MISMATCH: {
    kind: 'terminal',
    exit: EXIT.conflict,
    meaning: 'a stored object differs from what was written or sealed; restore it',
  },
  ROLLBACK_TARGET_INVALID: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'the target is not older (rollback) or not condemned (restore)',
  },
  ROLLBACK_TARGET_STALE: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'the target is so old that consumers drop it; accept that explicitly',
  },
  REGISTRY_LOST: {
    kind: 'terminal',
    exit: EXIT.conflict,
    meaning: 'objects of releases exist without the documents that name them; restore the documents from a copy (R-12)',
  },
  DEPLOYMENT_UNDER_WAY: {
    kind: 'transient',
    exit: EXIT.transient,
    meaning: 'a function is not of the release set that is deployed; it is asked again when the update is over',
  },
  LEASE_BUSY: { kind: 'transient', exit: EXIT.transient, meaning: 'another publisher is at work; run the same command again' },
  EPOCH_LOST: { kind: 'transient', exit: EXIT.transient, meaning: 'another publisher took over; run the same command again' },
  BUDGET_SPENT: { kind: 'transient', exit: EXIT.transient, meaning: 'the time of one act was spent; run the same command again' },
  AUDIT_MISMATCH: { kind: 'terminal', exit: EXIT.conflict, meaning: 'pointer, registry, mirror or log do not agree' },
  POINTER_REJECTED: { kind: 'terminal', exit: EXIT.conflict, meaning: 'the summary document cannot be believed' },
  FILES_REJECTED: { kind: 'terminal', exit: EXIT.conflict, meaning: 'the files of a release cannot be believed' },
  POOL_UNAVAILABLE: { kind: 'terminal', exit: EXIT.conflict, meaning: 'no rung of the reader gave a pool' },
  INSUFFICIENT_TRAINING_ROWS: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'too few training rows, or nobody to score; load more symbols or an earlier history',
  },
  MODEL_FAILED: { kind: 'terminal', exit: EXIT.refused, meaning: 'a model could not be fitted; the message says which and why' },
  pool_underfilled: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'fewer ranked members than the pool needs; the old pool stays',
  },
  NO_RELEASE: { kind: 'terminal', exit: EXIT.refused, meaning: 'nothing is published yet in this environment' },
  INPUT_INVALID: {
    kind: 'terminal',
    exit: EXIT.refused,
    meaning: 'an input file is missing or has not the shape of its contract',
  },
  SOURCE_REVISION_UNKNOWN: { kind: 'terminal', exit: EXIT.refused, meaning: 'a real release must name the commit that made it' },
  stage_not_ready: {
    kind: 'transient',
    exit: EXIT.transient,
    meaning: 'a message came before the stage that it needs; it is delivered again',
  },
  REQUEST_INVALID: { kind: 'terminal', exit: EXIT.usage, meaning: 'a request to a function has not the form it needs' },
  MESSAGE_INVALID: { kind: 'terminal', exit: EXIT.refused, meaning: 'a message of the chain has not the form of its contract' },
  RUN_KEY_MISSING: { kind: 'terminal', exit: EXIT.usage, meaning: 'a run that is started by hand must carry its own run_id' },
  UNAUTHENTICATED: { kind: 'terminal', exit: EXIT.refused, meaning: 'a caller has no valid token for this function' },
  CALLER_FORBIDDEN: { kind: 'terminal', exit: EXIT.refused, meaning: 'a caller is known but not on the list of this function' },
  SETTINGS_INVALID: {
    kind: 'terminal',
    exit: EXIT.usage,
    meaning: 'settings of a deployment are missing or wrong; each is named',
  },
  USAGE: { kind: 'terminal', exit: EXIT.usage, meaning: 'the command line is wrong; --help shows the right form' },
};

/** Exit code for a catalogue code; an unknown code falls back to its kind. */
export function exitCodeFor(code: string, kind: ErrorKind): ExitCode {
  const entry = ERROR_CATALOGUE[code];
  if (entry !== undefined) return entry.exit;
  switch (kind) {
    case 'transient':
      return EXIT.transient;
    case 'terminal':
      return EXIT.refused;
    case 'bug':
      return EXIT.conflict;
  }
}
