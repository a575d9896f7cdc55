import path from 'node:path';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { objectStoreLaws } from '../../laws/object-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

objectStoreLaws('folderObjectStore', () => folderObjectStore({ root: path.join(temporaryFolder(), 'store') }));
