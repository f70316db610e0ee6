import type { EndpointName } from '../../src/core/endpoints.js';
import type { PerdureError } from '../../src/core/errors.js';
import type { Accepted, Ending } from '../../src/providers/index.js';

/** What Perdure made of an answer. */
export interface Shown {
  accepted?: Accepted;
  ending?: Ending;
  error?: PerdureError;
}

/** Where a field of an answer is found again, or why it is left out. */
export type Fate = { shows: (shown: Shown) => unknown } | { leftOut: string };

const runId: Fate = { shows: ({ accepted, ending }) => ending?.runId ?? accepted?.runId };
const sessionId: Fate = { shows: ({ accepted, ending }) => ending?.sessionId ?? accepted?.sessionId };
const result: Fate = { shows: ({ ending }) => ending?.result };
const reason: Fate = { shows: ({ ending }) => ending?.reading.error };
const status: Fate = {
  shows: ({ accepted, ending }) => ending?.reading.providerStatus ?? accepted?.providerStatus,
};
const onlyWhenWaiting: Fate = { leftOut: 'only in the synchronous form, which Perdure never asks for' };
const callersOwn: Fate = { leftOut: "the caller's own words, read only for the mark" };
const times: Fate = { leftOut: "a run's length is taken from its session" };

const refusal = (code: string): Record<string, Fate> => ({
  [`${code} error.code`]: { shows: ({ error }) => error?.status },
  [`${code} error.message`]: { shows: ({ error }) => error?.message },
});

/** What becomes of every field of every answer, by `<HTTP status> <path>`. */
export const fates: Readonly<Record<EndpointName, Readonly<Record<string, Fate>>>> = {
  'anchor.webTask': {
    '200 data<async>.status': status,
    '200 data<async>.workflow_id': runId,
    '200 data<sync>.result': onlyWhenWaiting,
    ...refusal('400'),
    ...refusal('500'),
  },
  'anchor.sessionAgent': {
    '200 ': {
      shows: ({ accepted }) => {
        const { reading, result: found } = accepted?.ending ?? {};
        return { status: reading?.providerStatus, result: found, data: { result: found } };
      },
    },
    ...refusal('500'),
  },
  'anchor.task': {
    '200 run_id': runId,
    '200 status': status,
    '200 result': result,
    '200 error': reason,
    '200 session_id': sessionId,
    ...refusal('404'),
    ...refusal('500'),
  },
  'anchor.namedTask': {
    '200 data.success': { shows: ({ accepted }) => accepted?.providerStatus !== 'failure' },
    '200 data.async': { shows: ({ accepted }) => accepted?.ending === undefined },
    '200 data.message': { leftOut: 'says in words what success and async say' },
    '200 data.taskId': { shows: ({ accepted }) => accepted?.taskId },
    '200 data.executionTime': onlyWhenWaiting,
    '200 data.output': onlyWhenWaiting,
    '200 data.error': onlyWhenWaiting,
    '200 data.executionResultId': runId,
    ...refusal('404'),
    ...refusal('500'),
  },
  'browserbase.agentRun': {
    '201 runId': runId,
    '201 agentId': { leftOut: "the caller's own id" },
    '201 task': callersOwn,
    '201 status': status,
    '201 sessionId': sessionId,
    '201 sandboxId': { leftOut: "the runner's own id, of no use to a caller" },
    '201 resultSchema': callersOwn,
    '201 result': result,
    '201 cause.code': reason,
    '201 cause.message': reason,
    '201 startedAt': times,
    '201 endedAt': times,
    '201 createdAt': { leftOut: 'used only to look for a run whose start was lost' },
    '201 updatedAt': times,
  },
};
