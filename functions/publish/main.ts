import { register } from '../edge/register.ts';
import { publishConfigSchema } from './config.ts';
import { wirePublish } from './wire.ts';

register('publish', publishConfigSchema, wirePublish);
