import { http } from '@google-cloud/functions-framework';
import { configOrExit } from '../edge/config-or-exit.ts';
import { shadowConfigSchema } from './config.ts';
import { wireShadow } from './wire.ts';

http('shadow', wireShadow(configOrExit(shadowConfigSchema)));
