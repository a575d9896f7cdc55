import type { TimeRange } from '../ports/cold-store.ts';
import type { ObjectStat, ObjectStore } from '../ports/object-store.ts';
import { byStreamAndLine, standIns } from './frame-copies.ts';
import { partitionsIn } from './partition.ts';
import { type FrameFile, frameLines, framePrefix, parseFrameFileName } from './raw-frames.ts';
import { covers } from './seal-raw-frames.ts';

export interface FrameQuery extends TimeRange {
  /** Only connections whose name begins like this, `kraken.spot`. */
  readonly connection?: string;
}

interface StoredFile extends FrameFile {
  readonly stat: ObjectStat;
}

/** Lines of recorded frames within the window, sealed and staged ones as they will be: by hour, stream and number. */
export async function* rawFrameLines(objects: ObjectStore, query: FrameQuery): AsyncGenerator<string> {
  for (const dt of partitionsIn('hour', query)) {
    const sealed = await filesOf(objects, framePrefix('cold', dt));
    const staged = await filesOf(objects, framePrefix('staging', dt));
    const open = [...new Set(standIns(staged).values())].filter((file) => !sealed.some((whole) => covers(whole, file)));
    const files = [...sealed, ...open].filter(({ stream }) => stream.startsWith(query.connection ?? ''));
    for (const { stat } of files.toSorted(byStreamAndLine)) {
      const stored = await objects.get(stat.name);
      if (stored === null) continue;
      for (const line of frameLines(stat.name, stored.bytes)) if (isWithin(line, query)) yield line;
    }
  }
}

async function filesOf(objects: ObjectStore, prefix: string): Promise<readonly StoredFile[]> {
  const stats = await objects.list(prefix);
  return stats.flatMap((stat): readonly StoredFile[] => {
    const file = parseFrameFileName(stat.name);
    return file === undefined ? [] : [{ ...file, stat }];
  });
}

function isWithin(line: string, { from, to }: TimeRange): boolean {
  const [, ms = '0'] = /"ts_ns":"(\d+)\d{6}"/.exec(line) ?? [];
  return Number(ms) >= from && Number(ms) < to;
}
