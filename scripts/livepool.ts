#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Type stripping and parsing cost more than most commands do; cached, they cost once a machine.
enableCompileCache();

const { runCli } = await import('./cli/run.ts');
process.exitCode = await runCli(process.argv.slice(2));
