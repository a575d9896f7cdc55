import { register } from '../edge/register.ts';
import { compactConfigSchema } from './config.ts';
import { wireCompact } from './wire.ts';

register('compact', compactConfigSchema, wireCompact);
