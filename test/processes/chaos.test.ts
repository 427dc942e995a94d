import { together } from './together.ts';

together('chaos');
