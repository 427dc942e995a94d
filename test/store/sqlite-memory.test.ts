import { storeSuite } from './suite.ts';
import { memory } from './suite/memory.ts';

storeSuite(memory);
