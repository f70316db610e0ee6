import { isPerdureError } from '../../src/core/errors.js';
import type { Json } from '../../src/core/json.js';
import type { EndpointDriver } from '../../src/providers/provider.js';
import { newestRun } from './newest-run.js';
import { neighbourDeployment } from './neighbour.js';
import type { Tampering } from './test-worker.js';

/** A known defect that is planted into the test worker, so that it shows whether the judge sees it. */
export interface Defect extends Tampering {
  name: string;
}

const isBrowserbase = ({ endpoint }: EndpointDriver) => endpoint === 'browserbase.agentRun';

const starts: readonly Defect[] = [
  {
    name: 'blind-retry-of-start',
    driver: (driver) => ({
      ...driver,
      start: (request, call) => driver.start(request, call).catch(() => driver.start(request, call)),
    }),
  },
  {
    name: 'unknown-taken-for-refusal',
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
    activities: (own) => ({
      ...own,
      perdureStart: (task) => own.perdureStart({ ...task, sendNotAfter: Number.POSITIVE_INFINITY }),
    }),
  },
  {
    name: 'mark-not-sent',
    driver: (driver) => ({ ...driver, start: ({ mark: _, ...request }, call) => driver.start(request, call) }),
  },
];

const settling: readonly Defect[] = [
  {
    name: 'settling-skipped',
    activities: (own) => ({ ...own, perdureFind: () => Promise.resolve({ others: [] }) }),
  },
  {
    name: 'newest-run-taken-for-ours',
    driver: (driver, account) => {
      if (!isBrowserbase(driver)) return driver;
      return { ...driver, find: ({ mark }) => newestRun(account, mark) };
    },
  },
  {
    name: 'fence-skipped',
    activities: (own) => ({
      ...own,
      perdureFence: () => Promise.resolve({ fence: 'confirmed', worked: false, sessionIds: [], generations: [] }),
    }),
  },
];

const endings: readonly Defect[] = [
  {
    name: 'no-release-on-failure',
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
    activities: (own) => ({
      ...own,
      perdureFinish: (task) => own.perdureFinish({ ...task, result: { ...task.result, schema: undefined } }),
    }),
  },
  {
    name: 'sweep-without-deployment',
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
    activities: (own) => ({ ...own, perdureAnswer: () => Promise.resolve('applied') }),
  },
];

/** The last answer to each run, for a defect that remembers it. */
const lastAnswers = new Map<string, Json>();

const people: readonly Defect[] = [
  {
    name: 'answer-to-whatever-is-open',
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
    workflows: (code) => {
      const refusal = /case 'applied':\s*return `\$\{answered\}\.`;/;
      if (!refusal.test(code)) throw new TypeError('The workflows refuse a second answer in other words by now.');
      return code.replace(refusal, `case 'applied': return undefined;`);
    },
  },
];

const sharing: readonly Defect[] = [
  {
    name: 'limits-ignored',
    activities: (own) => ({
      ...own,
      perdureAskSlot: () => Promise.resolve(false),
      perdureStart: (task) => own.perdureStart({ ...task, granted: true }),
      perdureRunBlocking: (task) => own.perdureRunBlocking({ ...task, granted: true }),
    }),
  },
  {
    name: 'slots-never-returned',
    activities: (own) => ({
      ...own,
      perdureLeave: () => Promise.resolve(),
      perdureFinish: (task) => own.perdureFinish({ ...task, leave: { start: task.leave.start } }),
      perdureCheckSlots: async (task) => ({ ...(await own.perdureCheckSlots(task)), gone: [] }),
    }),
  },
  {
    name: 'slot-returned-too-early',
    activities: (own) => ({
      ...own,
      perdureStart: async (task) => {
        const report = await own.perdureStart(task);
        const { place, request } = task.slot;
        if (task.granted) await own.perdureLeave({ start: request, slot: place });
        return report;
      },
    }),
  },
  {
    name: 'absence-taken-for-an-end',
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

/** Every defect that can be planted; the judge has to see each of them. */
export const defects: readonly Defect[] = [...starts, ...settling, ...endings, ...answers, ...people, ...sharing];
