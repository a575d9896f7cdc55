import { register } from '../edge/register.ts';
import { collectConfigSchema } from './config.ts';
import { wireCollect } from './wire.ts';

register('collect', collectConfigSchema, wireCollect);
