import { together } from './together.ts';

together('pure');
