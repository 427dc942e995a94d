// What the siege starts: xmlfan with points where it can be killed.
import './preload.ts';

await import('../../src/cli.ts');
