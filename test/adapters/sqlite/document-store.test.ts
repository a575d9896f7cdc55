import path from 'node:path';
import { onTestFinished } from 'vitest';
import { sqliteDocumentStore } from '#shared/adapters/sqlite/document-store.ts';
import { documentStoreLaws } from '../../laws/document-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

documentStoreLaws('sqliteDocumentStore', () => {
  const store = sqliteDocumentStore({ file: path.join(temporaryFolder(), 'state', 'documents.sqlite') });
  onTestFinished(() => store.close());
  return store;
});
