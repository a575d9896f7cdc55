#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Type stripping and parsing cost more than most commands do; cached, they cost once a machine.
enableCompileCache();

const { surviveClosedReaders } = await import('./cli/output-streams.ts');
const { runCli } = await import('./cli/run.ts');
surviveClosedReaders();
process.exitCode = await runCli(process.argv.slice(2));
