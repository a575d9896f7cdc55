import { http } from '@google-cloud/functions-framework';
import { configOrExit } from '../edge/read-config.ts';
import { collectConfigSchema } from './config.ts';
import { wireCollect } from './wire.ts';

http('collect', wireCollect(configOrExit(collectConfigSchema)));
