import { register } from '../edge/register.ts';
import { scoreConfigSchema } from './config.ts';
import { wireScore } from './wire.ts';

register('score', scoreConfigSchema, wireScore);
