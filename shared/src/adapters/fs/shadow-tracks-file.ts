import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkContract } from '../../contracts/decode.ts';
import { type ShadowTracks, shadowTracksSchema } from '../../contracts/shadow-tracks.ts';
import { err, type Refusal, type Result } from '../../core/result.ts';
import { SHIPPED_PARAMS } from './shipped-params.ts';

const SHIPPED = join(SHIPPED_PARAMS, 'shadow_tracks.json');

/** The shadow tracks that come with the product, or those of another JSON file; PARAMS_INVALID names every problem. */
export function loadShadowTracks(file: string = SHIPPED): Result<ShadowTracks, readonly Refusal[]> {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err([{ code: 'PARAMS_INVALID', message: `cannot read the shadow tracks ${file}: ${reason}` }]);
  }
  const tracks = checkContract(shadowTracksSchema, document, file);
  return tracks.ok ? tracks : err([{ ...tracks.error, code: 'PARAMS_INVALID' }]);
}
