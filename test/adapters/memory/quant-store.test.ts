import { memoryQuantStore } from '#shared/adapters/memory/quant-store.ts';
import { quantStoreLaws } from '../../laws/quant-store.ts';

quantStoreLaws('memoryQuantStore', memoryQuantStore);
