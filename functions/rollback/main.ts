import { register } from '../edge/register.ts';
import { rollbackConfigSchema } from './config.ts';
import { wireRollback } from './wire.ts';

register('rollback', rollbackConfigSchema, wireRollback);
