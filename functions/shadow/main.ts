import { register } from '../edge/register.ts';
import { shadowConfigSchema } from './config.ts';
import { wireShadow } from './wire.ts';

register('shadow', shadowConfigSchema, wireShadow);
