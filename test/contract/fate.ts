import type { EndpointName } from '../../src/core/endpoints.js';
import type { Outcome, RunReport } from '../../src/core/run.js';

/** Where the latest value of a field of an answer is found again, or why it is left out. */
export type Fate =
  /** In `run.outcome()`. */
  | { outcome: (outcome: Outcome) => unknown }
  /** In `run.status()` while the run goes on. */
  | { report: (report: RunReport) => unknown }
  | { leftOut: string };

const runId: Fate = { outcome: ({ provider }) => provider.runId };
const sessionId: Fate = { outcome: ({ provider }) => provider.sessionId };
const result: Fate = { outcome: (outcome) => outcome.result };
const reason: Fate = { outcome: ({ error }) => error?.message };
const status: Fate = { outcome: ({ provider }) => provider.status };
const onlyWhenWaiting: Fate = { leftOut: 'only in the synchronous form, which Perdure never asks for' };
const callersOwn: Fate = { leftOut: "the caller's own words, read only for the mark" };
const times: Fate = { leftOut: "a run's length is taken from its session" };

const refusal = (code: string): Record<string, Fate> => ({
  [`${code} error.code`]: reason,
  [`${code} error.message`]: reason,
});

/** What becomes of every field of every answer, by `<HTTP status> <path>`. */
export const fates: Readonly<Record<EndpointName, Readonly<Record<string, Fate>>>> = {
  'anchor.webTask': {
    '200 data<async>.status': { report: ({ providerStatus }) => providerStatus },
    '200 data<async>.workflow_id': runId,
    '200 data<sync>.result': onlyWhenWaiting,
    ...refusal('400'),
    ...refusal('500'),
  },
  'anchor.sessionAgent': {
    '200 ': {
      outcome: ({ provider, result: found }) => {
        return { status: provider.status, result: found, data: { result: found } };
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
    '200 data.success': { outcome: ({ provider }) => provider.status !== 'failure' },
    '200 data.async': { outcome: ({ usage }) => (usage.polls ?? 0) > 0 },
    '200 data.message': { leftOut: 'says in words what success and async say' },
    '200 data.taskId': { leftOut: 'of use only in the path that the execution is read by' },
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
