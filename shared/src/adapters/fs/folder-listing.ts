import path from 'node:path';
import { isObjectName } from '../../ports/object-name.ts';
import { type FileSystem, unlessAbsent } from './file-system.ts';
import { reading } from './folder-error.ts';

/** Names of the ordinary files under `root` that begin with `prefix`, ascending; files that no object can be are left out. */
export function listObjectNames(fs: FileSystem, root: string, prefix: string): string[] {
  const names: string[] = [];
  const walk = (folder: string): void => {
    const place = path.join(root, ...folder.split('/'));
    const entries = reading(place, () => unlessAbsent(() => fs.readdirSync(place, { withFileTypes: true }))) ?? [];
    for (const entry of entries) {
      const name = folder + entry.name;
      if (!isObjectName(name)) continue;
      if (entry.isFile() && name.startsWith(prefix)) names.push(name);
      if (entry.isDirectory() && `${name}/`.startsWith(prefix)) walk(`${name}/`);
    }
  };
  walk(prefix.slice(0, prefix.lastIndexOf('/') + 1));
  return names.sort();
}
