import { http } from '@google-cloud/functions-framework';
import { configOrExit } from '../edge/read-config.ts';
import { buildConfigSchema } from './config.ts';
import { wireBuild } from './wire.ts';

http('build', wireBuild(configOrExit(buildConfigSchema)));
