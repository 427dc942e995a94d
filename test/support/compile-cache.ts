import { enableCompileCache, getCompileCacheDir } from 'node:module';

// Preloaded by `npm test`: each of its processes, and those that they start, takes what it loads compiled from a cache.
enableCompileCache();
process.env['NODE_COMPILE_CACHE'] = getCompileCacheDir() ?? '';
