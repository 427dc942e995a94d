import { together } from './together.ts';

together('run');
