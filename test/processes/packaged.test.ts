import { together } from './together.ts';

together('packaged');
