import { together } from './together.ts';

together('functions');
