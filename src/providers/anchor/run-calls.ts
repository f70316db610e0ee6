import type { Json } from '../../core/json.js';
import type { HttpClient } from '../../http/client.js';
import { urlPath } from '../../http/url-path.js';
import { checkBody, readAnswer } from '../border.js';
import type { Call } from '../provider.js';
import {
  type AgentRunBody,
  agentRunBody,
  type NamedTaskBody,
  namedTaskBody,
  respondBody,
  type TaskBody,
  taskBody,
  type WebTaskBody,
  webTaskBody,
} from './bodies.js';
import { type AnchorRequest, sessionRequestsAnswer, teamRequestsAnswer } from './question.js';
import {
  type AgentAnswer,
  type AnchorRunState,
  agentAnswer,
  executionAnswer,
  executionListAnswer,
  type LegacyExecution,
  type LegacyTaskStarted,
  legacyStartAnswer,
  type TaskRunState,
  taskRunAnswer,
  type WebTaskStarted,
  webTaskStartAnswer,
  webTaskStatusAnswer,
} from './run-schemas.js';
import { sessionPath } from './session-calls.js';

/** Web tasks, from a prompt. */
export interface AnchorTools {
  /**
   * `POST /v1/tools/perform-web-task`, in a session where one is named. Its answer names the workflow, never a session.
   */
  performWebTask(body: WebTaskBody, sessionId: string | undefined, call: Call): Promise<WebTaskStarted>;
  /** `GET /v1/tools/perform-web-task/{workflowId}/status`. */
  webTaskStatus(workflowId: string, call: Call): Promise<AnchorRunState>;
}

/** Tasks made before, by id. */
export interface AnchorTasks {
  /** `POST /v2/tasks/{taskId}/run`. */
  run(taskId: string, body: TaskBody, call: Call): Promise<TaskRunState>;
  /** `GET /v2/tasks/runs/{runId}/status`. */
  status(runId: string, call: Call): Promise<TaskRunState>;
}

/** Legacy tasks. */
export interface AnchorLegacyTasks {
  /** `POST /v1/task/run/{taskName}`. Its answer may lack the id of the execution. */
  runByName(taskName: string, body: NamedTaskBody, call: Call): Promise<LegacyTaskStarted>;
  /** `GET /v1/task/{taskId}/executions/{executionId}`. */
  execution(taskId: string, executionId: string, call: Call): Promise<LegacyExecution>;
  /** One page of a task's executions; pages count from 1. Which end comes first is not documented. */
  executions(taskId: string, page: number, call: Call): Promise<{ executions: LegacyExecution[]; totalPages: number }>;
}

/** The agent in a session. */
export interface AnchorAgent {
  /** Answers when the agent has finished. */
  run(sessionId: string, body: AgentRunBody, call: Call): Promise<AgentAnswer>;
  /** Has the agent of a session pause; not a cancel. */
  pause(sessionId: string, call: Call): Promise<void>;
  /** Has it go on. */
  resume(sessionId: string, call: Call): Promise<void>;
  /** Questions that wait in this session; `request-rejected` when it is not running. */
  requests(sessionId: string, call: Call): Promise<AnchorRequest[]>;
  /** Questions that wait in any session of the team: one look serves every run. */
  teamRequests(call: Call): Promise<AnchorRequest[]>;
  /** Answers one question. */
  respond(sessionId: string, requestId: string, response: Json, call: Call): Promise<void>;
}

export function createToolCalls(http: HttpClient): AnchorTools {
  const path = '/v1/tools/perform-web-task';
  return {
    performWebTask: async (body, sessionId, call) => {
      const query = { sessionId };
      const request = { method: 'POST', path, query, body: checkBody(webTaskBody, body), fresh: true } as const;
      return readAnswer(webTaskStartAnswer, await http.send(request, call));
    },
    webTaskStatus: async (workflowId, call) => {
      const request = { method: 'GET', path: `${path}${urlPath`/${workflowId}`}/status` } as const;
      return readAnswer(webTaskStatusAnswer, await http.send(request, call));
    },
  };
}

export function createTaskCalls(http: HttpClient): AnchorTasks {
  return {
    run: async (taskId, body, call) => {
      const path = urlPath`/v2/tasks/${taskId}/run`;
      const request = { method: 'POST', path, body: checkBody(taskBody, body), fresh: true } as const;
      return readAnswer(taskRunAnswer, await http.send(request, call));
    },
    status: async (runId, call) => {
      const request = { method: 'GET', path: urlPath`/v2/tasks/runs/${runId}/status` } as const;
      return readAnswer(taskRunAnswer, await http.send(request, call));
    },
  };
}

export function createLegacyTaskCalls(http: HttpClient): AnchorLegacyTasks {
  return {
    runByName: async (taskName, body, call) => {
      const path = urlPath`/v1/task/run/${taskName}`;
      const request = { method: 'POST', path, body: checkBody(namedTaskBody, body), fresh: true } as const;
      return readAnswer(legacyStartAnswer, await http.send(request, call));
    },
    execution: async (taskId, executionId, call) => {
      const path = urlPath`/v1/task/${taskId}/executions/${executionId}`;
      return readAnswer(executionAnswer, await http.send({ method: 'GET', path }, call));
    },
    executions: async (taskId, page, call) => {
      const request = { method: 'GET', path: urlPath`/v1/task/${taskId}/executions`, query: { page } } as const;
      return readAnswer(executionListAnswer, await http.send(request, call));
    },
  };
}

export function createAgentCalls(http: HttpClient): AnchorAgent {
  const post = (path: string, body: unknown, call: Call) =>
    http.send({ method: 'POST', path, body, fresh: true }, call);
  return {
    run: async (sessionId, body, call) => {
      const path = `${sessionPath(sessionId)}/agent/run`;
      return readAnswer(agentAnswer, await post(path, checkBody(agentRunBody, body), call));
    },
    pause: async (sessionId, call) => {
      await post(`${sessionPath(sessionId)}/agent/pause`, undefined, call);
    },
    resume: async (sessionId, call) => {
      await post(`${sessionPath(sessionId)}/agent/resume`, undefined, call);
    },
    requests: async (sessionId, call) => {
      const path = `${sessionPath(sessionId)}/agent/requested-human-intervention`;
      return readAnswer(sessionRequestsAnswer, await http.send({ method: 'GET', path }, call));
    },
    teamRequests: async (call) =>
      readAnswer(
        teamRequestsAnswer,
        await http.send({ method: 'GET', path: '/v1/sessions/pending-interventions' }, call),
      ),
    respond: async (sessionId, requestId, response, call) => {
      const path = `${sessionPath(sessionId)}/agent/respond-to-human-intervention`;
      await post(path, checkBody(respondBody, { requestId, response }), call);
    },
  };
}
