import { decodeContract } from '../../contracts/decode.ts';
import { type LivePool, livePoolSchema } from '../../contracts/live-pool.ts';
import { livePoolLegacySchema } from '../../contracts/live-pool-legacy.ts';
import { formatInstantZ } from '../../core/instant.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import { ageDays, MAX_POOL_AGE_DAYS } from '../expiry.ts';

/**
 * The pool in bytes of live_pool.json or live_pool_legacy.json that nobody vouches for: shape, size, agreement and age are checked,
 * code FILES_REJECTED. The order of a legacy file is the order of its mapping.
 */
export function poolOfFile(bytes: Uint8Array, nowMs: number, maxAgeDays: number = MAX_POOL_AGE_DAYS): Result<LivePool, Refusal> {
  const decoded = decodePool(bytes);
  if (!decoded.ok) return err(filesRejected(decoded.error.message));
  const pool = decoded.value;
  const age = ageDays(pool.as_of_date, formatInstantZ(nowMs).slice(0, 10));
  if (age < 0) return err(filesRejected(`as_of_date ${pool.as_of_date} lies in the future`));
  if (age > maxAgeDays) return err(filesRejected(`the pool is ${age} days old, at most ${maxAgeDays} are accepted`));
  const known = new Set(pool.symbols);
  const agrees =
    known.size === pool.symbols.length && pool.pool_size === known.size && pool.symbols.every((s) => s in pool.symbol_map);
  if (agrees && Object.keys(pool.symbol_map).length === known.size) return ok(pool);
  return err(filesRejected('symbols, symbol_map and pool_size do not agree'));
}

/** One reason not to believe files. */
export function filesRejected(message: string): Refusal {
  return { code: 'FILES_REJECTED', message };
}

/** The pool that either file holds, by shape alone. */
export function decodePool(bytes: Uint8Array): Result<LivePool, Refusal> {
  const pool = decodeContract(livePoolSchema, bytes, 'pool file');
  if (pool.ok) return pool;
  const legacy = decodeContract(livePoolLegacySchema, bytes, 'pool file');
  return legacy.ok ? ok({ ...legacy.value, symbols: Object.keys(legacy.value.symbols) }) : pool;
}
