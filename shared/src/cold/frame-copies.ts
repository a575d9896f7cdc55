import type { ObjectStat } from '../ports/object-store.ts';
import type { FrameFile } from './raw-frames.ts';

/**
 * Stream of a segment that was moved aside so many times, `…--w-1.2`: its name was taken, maybe by an earlier try of itself, which
 * a process that may only create cannot find out.
 */
export function asideStream(stream: string, moves: number): string {
  return moves === 0 ? stream : `${stream}.${moves}`;
}

/** The stream whose lines these are, also of a segment that was moved aside. */
export function homeStream(stream: string): string {
  return stream.replace(/(--[a-z0-9-]+)\.\d+$/, '$1');
}

/**
 * For every segment the one that stands for it: the first, by name, with the same lines and the same bytes. Segments without a
 * digest stand for themselves. `segments` ascend by name, so that a copy comes after what it copies.
 */
export function standIns<T extends FrameFile & { readonly stat: ObjectStat }>(segments: readonly T[]): ReadonlyMap<T, T> {
  const firsts = new Map<string, T>();
  return new Map(
    segments.map((segment) => {
      const { dt, stream, first, last, stat } = segment;
      const { sha256 } = stat.metadata;
      if (sha256 === undefined) return [segment, segment];
      const key = [dt, homeStream(stream), first, last, sha256].join('/');
      const stands = firsts.get(key) ?? segment;
      firsts.set(key, stands);
      return [segment, stands];
    }),
  );
}

/** Segments in the order of their lines, those moved aside among those of their stream. */
export function byStreamAndLine(a: FrameFile, b: FrameFile): number {
  const [one, other] = [homeStream(a.stream), homeStream(b.stream)];
  if (one !== other) return one < other ? -1 : 1;
  return a.first - b.first || (a.stream < b.stream ? -1 : 1);
}
