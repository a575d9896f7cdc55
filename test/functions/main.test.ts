import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../architecture/source-tree.ts';

const NAMES = ['collect', 'score', 'build', 'publish', 'rollback', 'shadow', 'report', 'compact', 'signal'];

/** Imports a function's entry point with an environment, as functions-framework does, and shows how that ended. */
function imported(name: string, env: Readonly<Record<string, string>>) {
  const main = join(ROOT, 'functions', name, 'main.ts');
  const { status, stderr } = spawnSync(process.execPath, [main], { encoding: 'utf8', env: { PATH: process.env.PATH, ...env } });
  return { status, stderr };
}

const BUILD = {
  PIPELINE_PROJECT: 'p',
  PIPELINE_ENVIRONMENT: 'dev',
  PIPELINE_BUCKET: 'b',
  PIPELINE_AUDIENCE: 'https://build.example',
  PIPELINE_CALLERS: 'a@example.com',
  PIPELINE_TIMEOUT_S: '120',
  PIPELINE_BUNDLE_SHA256: '0'.repeat(64),
};

describe('the entry point of a function', () => {
  it.each(NAMES)('%s ends with 78 and every problem in a wrong environment', (name) => {
    const { status, stderr } = imported(name, { PIPELINE_BUKET: 'x' });
    expect(status).toBe(78);
    expect(stderr).toContain('PIPELINE_BUCKET: is missing');
    expect(stderr).toContain('PIPELINE_CALLERS: is missing');
    expect(stderr).toContain('PIPELINE_BUKET: is no setting of this function');
  });

  it.each(['build', 'shadow', 'report'])('%s says what a setting names that cannot be used', (name) => {
    const { status, stderr } = imported(name, { ...BUILD, PIPELINE_PARAMS: '/nowhere.json' });
    expect([status, stderr]).toEqual([78, expect.stringContaining('PARAMS_INVALID')]);
  });

  it('starts in a right one without asking anybody', () => {
    expect(imported('build', BUILD)).toEqual({ status: 0, stderr: '' });
  });
});
