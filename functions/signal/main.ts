import { register } from '../edge/register.ts';
import { signalConfigSchema } from './config.ts';
import { wireSignal } from './wire.ts';

register('signal', signalConfigSchema, wireSignal);
