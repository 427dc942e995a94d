import { together } from './together.ts';

together('telemetry');
