import { decodeContract } from '../contracts/decode.ts';
import { type VolumeCalibration, volumeCalibrationSchema } from '../contracts/volume-calibration.ts';
import { LivepoolError } from '../core/errors.ts';
import { utf8 } from '../core/text-bytes.ts';
import { ABSENT, type ObjectStore } from '../ports/object-store.ts';

function objectName(source: string): string {
  return `calibration/${source}.json`;
}

/** The calibration of a source that a store holds, or undefined. */
export async function readCalibration(objects: ObjectStore, source: string): Promise<VolumeCalibration | undefined> {
  const stored = await objects.get(objectName(source));
  if (stored === null) return undefined;
  const decoded = decodeContract(volumeCalibrationSchema, stored.bytes, objectName(source));
  if (decoded.ok) return decoded.value;
  throw new LivepoolError('STORE_CORRUPT', 'terminal', decoded.error.message, decoded.error.details);
}

/** Keeps a calibration for later runs; the one before is replaced. */
export async function storeCalibration(objects: ObjectStore, calibration: VolumeCalibration): Promise<string> {
  const name = objectName(calibration.source);
  const before = await objects.stat(name);
  const outcome = await objects.put(name, utf8(`${JSON.stringify(calibration, null, 2)}\n`), {
    ifGenerationMatch: before?.generation ?? ABSENT,
    contentType: 'application/json',
  });
  if (outcome.written) return name;
  throw new LivepoolError('STORE_UNAVAILABLE', 'transient', `${name} was changed by another process meanwhile; run again`);
}
