import { memorySampleStore } from '#shared/adapters/memory/sample-store.ts';
import { sampleStoreLaws } from '../../laws/sample-store.ts';

sampleStoreLaws('memorySampleStore', memorySampleStore);
