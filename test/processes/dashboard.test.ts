// Loaded first, so that its browser is closed behind the last file and not behind the first.
import '../support/browser.ts';
import { together } from './together.ts';

together('dashboard');
