export { readCalibration, storeCalibration } from '#shared/pipeline/stored-calibration.ts';
