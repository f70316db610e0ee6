import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that need no Temporal: they share their processes, and none of them loads the SDK. */
const light = [
  'src/core',
  'src/schemas',
  'src/channels',
  'src/simulator',
  'src/inbox',
  'test/conformance',
  'test/plans',
  'test/deploy',
  'test/package',
  'cluster',
];
/** Fake timers reach undici only in a process where nothing has used it before. */
const httpFiles = ['src/http/**/*.test.ts'];
const lightFiles = light.map((folder) => `${folder}/**/*.test.{ts,tsx}`);

/** The files that take longest: begun first, so that nobody waits for them alone in the end. */
const longest = ['faults/faults', 'cli/demo', 'integration/lost-worker', 'testing/perdure-test', 'contract/client'];

/** Projects one after the other, since a process serves one of them only: another's file would end it and what it has loaded. */
const projects = ['temporal', 'http', 'light'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification) => {
      const found = longest.findIndex((name) => moduleId.endsWith(`test/${name}.test.ts`));
      return found < 0 ? longest.length + projects.indexOf(project.name) : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: process.env.CI ? 3 : 5,
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'light', include: lightFiles } },
      { extends: true, test: { name: 'http', include: httpFiles, isolate: true } },
      {
        extends: true,
        test: {
          name: 'temporal',
          include: [
            'src/**/*.test.ts',
            'activities/**/*.test.ts',
            'workflows/**/*.test.ts',
            'test/**/*.test.ts',
            'examples/**/*.test.ts',
          ],
          exclude: [...lightFiles, ...httpFiles],
          globalSetup: ['test/support/own-bundle.ts'],
          setupFiles: ['test/support/quiet.ts'],
          // Servers that live for seconds spend a third of their start on collecting garbage.
          env: { GOGC: process.env.GOGC ?? '400' },
          // Real servers on a machine that others may be using: a second try tells a busy machine from a fault.
          retry: process.env.CI ? 1 : 0,
          testTimeout: 120_000,
          // News takes a worker, and lists are behind what is true.
          expect: { poll: { timeout: 30_000 } },
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
