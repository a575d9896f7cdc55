import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { objectStoreLaws } from '../../laws/object-store.ts';

objectStoreLaws('memoryObjectStore', memoryObjectStore);
