import { isPerdureError } from '../../src/core/errors.js';
import type { Json } from '../../src/core/json.js';
import type { EndpointDriver } from '../../src/providers/provider.js';
import type { Finding, ZeroKey } from './evidence.js';
import { newestRun } from './newest-run.js';
import { neighbourDeployment } from './neighbour.js';
import type { Program } from './program.js';
import { outnumbersSlots, stallsStart } from './program-traits.js';
import type { Tampering } from './test-worker.js';

/** A known defect that is planted into the test worker, so that it shows whether the judge sees it. */
export interface Defect extends Tampering {
  name: string;
  /** What the judge finds where it strikes. */
  shows: readonly ZeroKey[];
  /** Seeds that have what it takes to show it, or what their programs need for it: they are played first. */
  shownBy: readonly number[] | ((program: Program) => boolean);
}

/** Changes what the code of the workflows says in one place, which has to be there. */
function reworded(was: RegExp, is: string): (code: string) => string {
  return (code) => {
    if (!was.test(code)) throw new TypeError(`The workflows say ${was} in other words by now.`);
    return code.replace(was, is);
  };
}

const isBrowserbase = ({ endpoint }: EndpointDriver) => endpoint === 'browserbase.agentRun';

const starts: readonly Defect[] = [
  {
    name: 'blind-retry-of-start',
    shows: ['doubledWrites', 'silentDuplicates'],
    shownBy: [4, 5],
    driver: (driver) => ({
      ...driver,
      start: (request, call) => driver.start(request, call).catch(() => driver.start(request, call)),
    }),
  },
  {
    name: 'unknown-taken-for-refusal',
    shows: ['doubledWrites', 'silentDuplicates'],
    shownBy: [4],
    activities: (own) => ({
      ...own,
      perdureStart: async (task) => {
        const report = await own.perdureStart(task);
        return report.kind === 'unknown' ? { ...report, kind: 'refused', again: true } : report;
      },
    }),
  },
  {
    name: 'late-send',
    shows: ['doubledWrites', 'silentDuplicates', 'orphans', 'wrongOutcome'],
    shownBy: stallsStart,
    activities: (own) => ({
      ...own,
      perdureStart: (task) => own.perdureStart({ ...task, sendNotAfter: Number.POSITIVE_INFINITY }),
    }),
  },
  {
    name: 'mark-not-sent',
    shows: ['doubledWrites', 'silentDuplicates', 'orphans', 'wrongOutcome'],
    shownBy: [18, 5, 14],
    driver: (driver) => ({ ...driver, start: ({ mark: _, ...request }, call) => driver.start(request, call) }),
  },
];

const settling: readonly Defect[] = [
  {
    name: 'settling-skipped',
    shows: ['silentDuplicates', 'doubledWrites'],
    shownBy: [14, 2],
    activities: (own) => ({ ...own, perdureFind: () => Promise.resolve({ others: [] }) }),
  },
  {
    name: 'newest-run-taken-for-ours',
    shows: ['wrongOutcome', 'silentDuplicates', 'doubledWrites', 'orphans'],
    shownBy: [80, 5, 9, 14, 16],
    driver: (driver, account) => {
      if (!isBrowserbase(driver)) return driver;
      return { ...driver, find: ({ mark }) => newestRun(account, mark) };
    },
  },
  {
    name: 'fence-skipped',
    shows: ['doubledWrites'],
    shownBy: [3],
    activities: (own) => ({
      ...own,
      perdureFence: () => Promise.resolve({ fence: 'confirmed', worked: false, sessionIds: [], generations: [] }),
    }),
  },
];

const endings: readonly Defect[] = [
  {
    name: 'no-release-on-failure',
    shows: ['orphans'],
    shownBy: [4],
    activities: (own) => ({
      ...own,
      perdureFinish: async (task) => {
        if (!task.stop) return own.perdureFinish(task);
        return { cleanup: { confirmed: true, left: [] }, usage: {}, late: [], notes: [] };
      },
    }),
  },
  {
    name: 'terminal-not-sticky',
    shows: ['wrongOutcome'],
    shownBy: [5, 6],
    activities: (own) => ({
      ...own,
      perdureFinish: async (task) => {
        const report = await own.perdureFinish(task);
        const error = { code: 'result-unreadable', message: 'The provider says that the run goes on.' };
        return report.verdict?.status === 'completed'
          ? { ...report, verdict: { status: 'unknown', providerStatus: 'RUNNING', error } }
          : report;
      },
    }),
  },
  {
    name: 'result-unchecked',
    shows: ['wrongOutcome'],
    shownBy: [4],
    activities: (own) => ({
      ...own,
      perdureFinish: (task) => own.perdureFinish({ ...task, result: { ...task.result, schema: undefined } }),
    }),
  },
  {
    name: 'sweep-without-deployment',
    shows: ['wrongOutcome'],
    shownBy: [4],
    driver: (driver) => ({
      ...driver,
      listMarked: async (deployment, call) => [
        ...(await driver.listMarked(deployment, call)),
        ...(await driver.listMarked(neighbourDeployment, call)),
      ],
    }),
  },
];

const answers: readonly Defect[] = [
  {
    name: 'answer-sent-twice',
    shows: ['lostAnswers'],
    shownBy: [3, 8, 15],
    driver: (driver) => ({
      ...driver,
      answer: async (handle, question, answer, call) => {
        await driver.answer(handle, question, answer, call);
        await driver.answer(handle, question, answer, call).catch((error: unknown) => {
          if (!isPerdureError(error)) throw error;
        });
      },
    }),
  },
  {
    name: 'answer-dropped',
    shows: ['lostAnswers'],
    shownBy: [1],
    activities: (own) => ({ ...own, perdureAnswer: () => Promise.resolve('applied') }),
  },
];

/** The last answer to each run, for a defect that remembers it. */
const lastAnswers = new Map<string, Json>();

const people: readonly Defect[] = [
  {
    name: 'answer-to-whatever-is-open',
    shows: ['lostAnswers'],
    shownBy: [],
    driver: (driver) => ({
      ...driver,
      pendingQuestion: async (handle, call) => {
        const open = await driver.pendingQuestion(handle, call);
        const before = lastAnswers.get(handle.mark);
        // What was answered before is given to what is asked now.
        if (open && before !== undefined) await driver.answer(handle, open, before, call).catch(() => undefined);
        return open;
      },
      answer: async (handle, question, answer, call) => {
        await driver.answer(handle, question, answer, call);
        lastAnswers.set(handle.mark, answer);
      },
    }),
  },
  {
    name: 'second-answer-wins',
    shows: ['lostAnswers'],
    shownBy: [4],
    workflows: reworded(/case 'applied':\s*return `\$\{answered\}\.`;/, `case 'applied': return undefined;`),
  },
];

const sharing: readonly Defect[] = [
  {
    name: 'limits-ignored',
    shows: ['overLimit'],
    shownBy: outnumbersSlots,
    activities: (own) => ({
      ...own,
      perdureAskSlot: () => Promise.resolve(false),
      perdureStart: (task) => own.perdureStart({ ...task, granted: true }),
      perdureRunBlocking: (task) => own.perdureRunBlocking({ ...task, granted: true }),
    }),
  },
  {
    name: 'slots-never-returned',
    shows: ['stuck'],
    shownBy: [16, 21, 25],
    activities: (own) => ({
      ...own,
      perdureLeave: () => Promise.resolve({}),
      perdureFinish: (task) => own.perdureFinish({ ...task, leave: { start: task.leave.start } }),
      perdureCheckSlots: async (task) => ({ ...(await own.perdureCheckSlots(task)), gone: [] }),
    }),
  },
  {
    name: 'slot-returned-too-early',
    shows: ['overLimit'],
    shownBy: outnumbersSlots,
    activities: (own) => ({
      ...own,
      perdureStart: async (task) => {
        const { place, request } = task.slot;
        if (task.granted) await own.perdureLeave({ start: request, slot: place });
        return own.perdureStart(task);
      },
    }),
  },
  {
    name: 'absence-taken-for-an-end',
    shows: ['wrongOutcome', 'orphans'],
    shownBy: [5, 1],
    driver: (driver) => ({
      ...driver,
      statusMany: async (...args) =>
        (await driver.statusMany(...args)).map((look) =>
          look && !isPerdureError(look) && look.state === 'gone' ? { ...look, state: 'failed' } : look,
        ),
      read: async (...args) => {
        const ending = await driver.read(...args);
        return ending.reading.state === 'gone' ? { reading: { ...ending.reading, state: 'failed' } } : ending;
      },
    }),
  },
];

const steps: readonly Defect[] = [
  {
    name: 'failover-after-unknown-write',
    shows: ['doubledWrites'],
    shownBy: [33, 28, 45],
    workflows: reworded(
      /(const refused = attempts\.every\(\(\{ outcome \}\) => outcome) === 'refused'\)/,
      `$1 !== 'accepted')`,
    ),
  },
  {
    name: 'reservation-not-held',
    shows: ['overBudget'],
    shownBy: [105, 21, 104],
    workflows: reworded(/\[\.\.\.this\.held\.values\(\)\](, this\.used)/, '[]$1'),
  },
];

/** Every defect that can be planted; the judge has to see each of them. */
export const defects: readonly Defect[] = [
  ...starts,
  ...settling,
  ...endings,
  ...answers,
  ...people,
  ...sharing,
  ...steps,
];

/** Whether findings are those of a defect. What a run that did not end left undone may come of a busy machine. */
export function shownIn(findings: readonly Finding[], { shows }: Defect): boolean {
  const stuck = new Set(findings.filter(({ key }) => key === 'stuck').map(({ run }) => run));
  return findings.some(({ key, run }) => shows.includes(key) && (key === 'stuck' || !stuck.has(run)));
}
