import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { documentStoreLaws } from '../../laws/document-store.ts';

documentStoreLaws('memoryDocumentStore', memoryDocumentStore);
