import { ApiError } from './api-message.ts';
import { hashesOf, type ObjectVersion, type WritableMetadata } from './object-version.ts';

export interface BucketOptions {
  /** Keep replaced and deleted generations readable, as a versioned bucket does. Default true. */
  readonly versioning?: boolean;
  /** The caller may create objects but not delete them: what would overwrite one is 403, before any condition. Default false. */
  readonly createOnly?: boolean;
}

/** The objects of one bucket: every generation that still exists, the live one last when there is one. */
export class StoredBucket {
  readonly name: string;
  readonly #versioning: boolean;
  readonly #createOnly: boolean;
  readonly #nextGeneration: () => string;
  readonly #objects = new Map<string, ObjectVersion[]>();

  constructor(name: string, nextGeneration: () => string, options: BucketOptions = {}) {
    this.name = name;
    this.#nextGeneration = nextGeneration;
    this.#versioning = options.versioning ?? true;
    this.#createOnly = options.createOnly ?? false;
  }

  live(name: string): ObjectVersion | undefined {
    const last = this.#objects.get(name)?.at(-1);
    return last?.timeDeletedMs === undefined ? last : undefined;
  }

  /** The live version, or with a generation exactly that one; 404 otherwise. */
  require(name: string, generation?: string): ObjectVersion {
    const found = this.find(name, generation);
    if (found === undefined) throw noSuchObject(this.name, name, generation);
    return found;
  }

  find(name: string, generation?: string): ObjectVersion | undefined {
    if (generation === undefined) return this.live(name);
    return this.#objects.get(name)?.find((version) => version.generation === generation);
  }

  /** 403 when the caller may not make a version of this name. */
  checkMayInsert(name: string): void {
    if (!this.#createOnly || this.live(name) === undefined) return;
    throw new ApiError(403, 'forbidden', `The caller does not have storage.objects.delete access to ${this.name}/${name}.`);
  }

  insert(name: string, bytes: Buffer, writable: WritableMetadata): ObjectVersion {
    checkName(name);
    const version: ObjectVersion = {
      bucket: this.name,
      name,
      generation: this.#nextGeneration(),
      metageneration: 1,
      bytes,
      ...hashesOf(bytes),
      writable,
      timeCreatedMs: Date.now(),
    };
    this.#objects.set(name, [...this.#retired(name), version]);
    return version;
  }

  /** New metadata of an existing version: same generation and bytes, metageneration one higher. */
  update(version: ObjectVersion, writable: WritableMetadata): ObjectVersion {
    const updated = { ...version, writable, metageneration: version.metageneration + 1 };
    const versions = this.#objects.get(version.name) ?? [];
    this.#objects.set(
      version.name,
      versions.map((each) => (each === version ? updated : each)),
    );
    return updated;
  }

  /** 403 when the request would remove a retained version for good; in a versioned bucket the live one only becomes noncurrent. */
  checkMayRemove({ name, writable }: ObjectVersion, generation: string | undefined): void {
    const until = Date.parse(String(writable.retention?.retainUntilTime));
    const isForGood = generation !== undefined || !this.#versioning;
    if (!isForGood || !(until > Date.now())) return;
    throw new ApiError(403, 'retentionPolicyNotMet', `Object '${this.name}/${name}' is subject to object retention.`);
  }

  /** Without a generation the live version becomes noncurrent; with one exactly that version is gone for good. */
  delete(name: string, generation?: string): void {
    const kept =
      generation === undefined
        ? this.#retired(name)
        : (this.#objects.get(name) ?? []).filter((version) => version.generation !== generation);
    this.#objects.set(name, kept);
  }

  /** Live versions, or all of them, ascending by UTF-8 bytes of the name and then by generation. */
  versions(scope: 'live' | 'all'): readonly ObjectVersion[] {
    const all = [...this.#objects.values()].flat().filter((version) => scope === 'all' || version.timeDeletedMs === undefined);
    return all.sort(
      (a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)) || Number(a.generation) - Number(b.generation),
    );
  }

  #retired(name: string): ObjectVersion[] {
    if (!this.#versioning) return [];
    return (this.#objects.get(name) ?? []).map((version) => ({ timeDeletedMs: Date.now(), ...version }));
  }
}

function checkName(name: string): void {
  const size = Buffer.byteLength(name);
  if (size > 0 && size <= 1024 && !/[\r\n]/.test(name) && name !== '.' && name !== '..') return;
  throw new ApiError(400, 'invalid', `Invalid object name: ${JSON.stringify(name)}`);
}

function noSuchObject(bucket: string, name: string, generation: string | undefined): ApiError {
  const suffix = generation === undefined ? '' : `#${generation}`;
  return new ApiError(404, 'notFound', `No such object: ${bucket}/${name}${suffix}`);
}
