import { http } from '@google-cloud/functions-framework';
import { configOrExit } from '../edge/read-config.ts';
import { publishConfigSchema } from './config.ts';
import { wirePublish } from './wire.ts';

http('publish', wirePublish(configOrExit(publishConfigSchema)));
