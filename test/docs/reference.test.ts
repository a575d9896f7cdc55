import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../scripts/cli/program.ts';
import { referencePages } from '../../scripts/docs/reference-pages.ts';
import { ROOT } from '../architecture/source-tree.ts';

describe('generated reference pages', () => {
  it.each([...referencePages(buildProgram(() => undefined))])(
    '%s says what the code says (node scripts/docs.ts renews it)',
    (name, text) => {
      expect(readFileSync(join(ROOT, 'docs', 'reference', name), 'utf8')).toBe(text);
    },
  );
});
