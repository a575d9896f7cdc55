import { register } from '../edge/register.ts';
import { buildConfigSchema } from './config.ts';
import { wireBuild } from './wire.ts';

register('build', buildConfigSchema, wireBuild);
