import { register } from '../edge/register.ts';
import { reportConfigSchema } from './config.ts';
import { wireReport } from './wire.ts';

register('report', reportConfigSchema, wireReport);
