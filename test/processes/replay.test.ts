import { together } from './together.ts';

together('replay');
