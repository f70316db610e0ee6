import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    include: ['src/**/*.test.ts', 'workflows/**/*.test.ts', 'activities/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/support/quiet.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
