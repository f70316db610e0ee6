import { defineConfig } from 'vitest/config';

/** Files that need no Temporal: they share their processes, and none of them loads the SDK. */
const light = ['src/core', 'src/schemas', 'src/simulator', 'test/conformance'];
/** Fake timers reach undici only in a process where nothing has used it before. */
const httpFiles = ['src/http/**/*.test.ts'];
const lightFiles = light.map((folder) => `${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 3,
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'light', include: lightFiles } },
      { extends: true, test: { name: 'http', include: httpFiles, isolate: true } },
      {
        extends: true,
        test: {
          name: 'temporal',
          include: ['src/**/*.test.ts', 'activities/**/*.test.ts', 'workflows/**/*.test.ts', 'test/**/*.test.ts'],
          // The seeded programs are run by `npm run faults` until they fit the time that the tests may take.
          exclude: [...lightFiles, ...httpFiles, 'test/faults/faults.test.ts'],
          setupFiles: ['test/support/quiet.ts'],
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
