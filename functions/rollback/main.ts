import { http } from '@google-cloud/functions-framework';
import { configOrExit } from '../edge/read-config.ts';
import { rollbackConfigSchema } from './config.ts';
import { wireRollback } from './wire.ts';

http('rollback', wireRollback(configOrExit(rollbackConfigSchema)));
