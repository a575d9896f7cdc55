import { http } from '@google-cloud/functions-framework';
import { configOrExit } from '../edge/read-config.ts';
import { scoreConfigSchema } from './config.ts';
import { wireScore } from './wire.ts';

http('score', wireScore(configOrExit(scoreConfigSchema)));
