import { http } from '@google-cloud/functions-framework';
import { configOrExit } from '../edge/config-or-exit.ts';
import { reportConfigSchema } from './config.ts';
import { wireReport } from './wire.ts';

http('report', wireReport(configOrExit(reportConfigSchema)));
