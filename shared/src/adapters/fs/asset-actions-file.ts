import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AssetAction, assetActionsSchema } from '../../contracts/asset-actions.ts';
import { decodeContract } from '../../contracts/decode.ts';
import { LivepoolError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { SHIPPED_PARAMS } from './shipped-params.ts';

const NAME = 'asset_actions.json';
const FILE = join(SHIPPED_PARAMS, NAME);

/** The shipped table of asset actions (pool spec §4), and its digest as an input of the build. */
export function loadAssetActions(): {
  readonly actions: readonly AssetAction[];
  readonly input: { readonly name: string; readonly sha256: string };
} {
  const bytes = readFileSync(FILE);
  const decoded = decodeContract(assetActionsSchema, bytes, NAME);
  if (!decoded.ok) throw new LivepoolError('PARAMS_INVALID', 'terminal', decoded.error.message, decoded.error.details);
  return { actions: decoded.value.actions, input: { name: NAME, sha256: sha256Hex(bytes) } };
}
