import { enableCompileCache, getCompileCacheDir } from 'node:module';

// Preloaded by `npm test`: each of its processes, and those that they start, takes what it loads compiled from a cache. Of what comes from there
// V8 counts only roughly how often it runs.
const isCounted = process.env['XMLFAN_COVERAGE'] !== undefined && process.argv[1]?.endsWith('pure.test.ts') === true;
if (!isCounted) {
  enableCompileCache();
  process.env['NODE_COMPILE_CACHE'] = getCompileCacheDir() ?? '';
}
