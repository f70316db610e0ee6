import { randomBytes } from 'node:crypto';
import type { RunSummary } from '../../src/client/description.js';
import { PerdureError } from '../../src/core/errors.js';
import type { Json } from '../../src/core/json.js';
import { keyOfWorkflowId, runWorkflowId } from '../../src/core/names.js';
import { planWorkflowId } from '../../src/core/plan.js';
import { awaitsPerson, type Question } from '../../src/core/question.js';
import { earlierQuestion } from '../../src/core/question-entry.js';
import type { Outcome, RunReport } from '../../src/core/run.js';
import { createInbox, type Inbox, type InboxClient, type InboxOptions } from '../../src/inbox/index.js';
import { parsePlan } from '../../src/plan/index.js';
import type { EndpointDriver, Provider } from '../../src/providers/provider.js';
import { InboxTokens } from '../../src/secrets/inbox-tokens.js';
import { parseKeys } from '../../src/secrets/key-ring.js';
import { LinkSigner } from '../../src/secrets/links.js';
import { type Browser, signIn } from './fake-browser.js';
import { FakeLists } from './fake-lists.js';

export { hiddenOf } from './fake-browser.js';

/** Tokens of those who are known in tests. */
export const tokens = {
  ann: 'token-of-ann-0123456789',
  bob: 'token-of-bob-0123456789',
  portal: 'token-of-portal-0123456789',
} as const;

type Name = keyof typeof tokens;

const asked = new Date(Date.now() - 60_000).toISOString();

/** A question as a client gives it. */
export function questionOf(change: Partial<Question> & { id: string }): Question {
  return {
    kind: 'agent',
    key: keyOfWorkflowId(change.id.slice(0, change.id.lastIndexOf('~'))) ?? 'other',
    title: 'The agent asks',
    message: 'Which account?',
    form: { kind: 'text' },
    state: 'open',
    askedAt: asked,
    assignees: [],
    ...change,
  };
}

/** An answer that a client was asked to give. */
export interface Given {
  id: string;
  answer: Json;
  by: string;
  channel?: string;
}

/** What a client in memory holds, and what it was asked to do. */
export class FakeClient extends FakeLists implements InboxClient {
  readonly questionsById = new Map<string, Question>();
  readonly reports = new Map<string, RunReport>();
  readonly given: Given[] = [];
  readonly started: unknown[] = [];
  readonly settled: { id: string; state: string }[] = [];
  readonly decided = new Set<string>();
  /** Workflows that tell nothing. */
  silent: string[] = [];
  /** Whether no worker is there. */
  idle = false;

  ask(change: Partial<Question> & { id: string }): Question {
    const question = questionOf(change);
    this.questionsById.set(question.id, question);
    return question;
  }

  run(key: string, change: Partial<RunReport> = {}): RunReport {
    const report: RunReport = {
      key,
      endpoint: 'anchor.webTask',
      account: 'anchor/default',
      status: 'running',
      generation: 1,
      startedAt: asked,
      ...change,
    };
    this.reports.set(key, report);
    return report;
  }

  get effects(): number {
    return this.given.length + this.started.length + this.cancelled.length + this.settled.length;
  }

  async start(options: { key: string }) {
    await this.up();
    if (this.started.some((each) => (each as { key: string }).key === options.key && !same(each, options))) {
      throw new PerdureError({ code: 'key-taken', message: `The key '${options.key}' belongs to another.` });
    }
    this.started.push(options);
    return { key: options.key, workflowId: runWorkflowId(options.key) };
  }

  /** What is said of the ends of these runs beside what is said of all. */
  readonly ends = new Map<string, Partial<Outcome>>();

  get(key: string) {
    const report = () => {
      const found = this.reports.get(key);
      if (!found) throw new PerdureError({ code: 'run-not-found', message: 'none' });
      return found;
    };
    return {
      workflowId: runWorkflowId(key),
      status: async () => this.up().then(report),
      questions: async () => this.up().then(() => [...this.questionsById.values()].filter((each) => each.key === key)),
      outcome: async () =>
        this.up().then(() => ({
          ...report(),
          status: 'completed' as const,
          result: { total: 12 },
          attempts: [],
          questions: [],
          cleanup: { confirmed: true, left: [] },
          usage: { polls: 3 },
          provider: {},
          endedAt: new Date().toISOString(),
          ...this.ends.get(key),
        })),
      cancel: async () => this.up().then(() => void this.cancelled.push(key)),
    };
  }

  async startPlan(options: { key: string; plan: string | object }) {
    await this.up();
    parsePlan(options.plan);
    this.started.push(options);
    return { key: options.key, workflowId: planWorkflowId(options.key) };
  }

  async list({ limit = 100, skip = 0, status, prefix = '' }: Parameters<InboxClient['list']>[0]) {
    await this.up();
    const fit = [...this.reports.values()].filter(
      (each) => (!status || status.includes(each.status)) && each.key.startsWith(prefix),
    );
    return fit.slice(skip, skip + limit).map(
      ({ key, endpoint, account, status: state, startedAt }): RunSummary => ({
        key,
        endpoint,
        account,
        status: state,
        startedAt,
      }),
    );
  }

  async waiting() {
    await this.up();
    const { silent } = this;
    const told = [...this.questionsById.values()].filter(({ key }) => !silent.includes(runWorkflowId(key)));
    return { questions: told.filter(awaitsPerson), silent };
  }

  async question(id: string) {
    await this.up();
    const found = this.questionsById.get(id);
    if (!found) throw new PerdureError({ code: 'question-not-found', message: `There is no open question '${id}'.` });
    return found;
  }

  async answer(
    id: string,
    answer: Json,
    { by, channel, decisionId = '', askedAt }: Parameters<InboxClient['answer']>[2],
  ) {
    const question = await this.question(id);
    if (this.decided.has(decisionId)) return { accepted: true } as const;
    if (askedAt !== question.askedAt) return { accepted: false, reason: earlierQuestion } as const;
    if (question.state !== 'open') {
      return { accepted: false, reason: `This question was already answered by ${question.by ?? ''}.` } as const;
    }
    this.decided.add(decisionId);
    this.given.push({ id, answer, by, ...(channel !== undefined && { channel }) });
    if (this.idle) return { accepted: true, pending: true } as const;
    this.questionsById.set(id, {
      ...question,
      state: 'applied',
      by,
      channel,
      answer,
      answeredAt: new Date().toISOString(),
    });
    return { accepted: true } as const;
  }

  async claim(id: string, { by }: Parameters<InboxClient['claim']>[1]) {
    const question = await this.question(id);
    if (question.state === 'claimed') return { accepted: false, reason: `${question.by} is answering it.` } as const;
    this.questionsById.set(id, { ...question, state: 'claimed', by });
    const { key, message, form } = question;
    const { account, endpoint } = this.reports.get(key) ?? this.run(key);
    const handle = { generation: 1, mark: 'm', sessionId: 's', ownsSession: true };
    const providerId = id.slice(id.lastIndexOf('~') + 1);
    const until = new Date(Date.now() + 90_000).toISOString();
    return {
      accepted: true,
      grant: { account, endpoint, handle, question: { providerId, message, form }, until },
    } as const;
  }

  async settle(id: string, { state }: Parameters<InboxClient['settle']>[1]) {
    const question = await this.question(id);
    this.settled.push({ id, state });
    this.questionsById.set(id, { ...question, state });
    return { accepted: true } as const;
  }

  async takeover(key: string, { by, hold }: Parameters<InboxClient['takeover']>[1]) {
    await this.up();
    const { takeover, ...report } = this.reports.get(key) ?? this.run(key);
    if (hold && takeover && takeover.by !== by) {
      return { accepted: false, reason: `${takeover.by} holds this browser.` } as const;
    }
    this.run(key, { ...report, ...(hold && { takeover: { by, since: new Date().toISOString() } }) });
    return { accepted: true } as const;
  }
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** An inbox over a client in memory. */
export interface FakeInbox extends Inbox {
  client: FakeClient;
  links: LinkSigner;
  troubles: string[];
  hastened: { account: string; ids: readonly string[] }[];
  driver: Partial<EndpointDriver>;
  /** A request of a program's. */
  api(name: Name | undefined, path: string, body?: unknown): Promise<Response>;
  /** A browser of somebody's who has signed in. */
  signIn(name: Name): Promise<Browser>;
}

export function openInbox(change: Partial<InboxOptions> = {}): FakeInbox {
  const client = new FakeClient();
  const keys = parseKeys(`test:${randomBytes(32).toString('base64')}`, 'the test');
  const links = new LinkSigner(keys);
  const troubles: string[] = [];
  const hastened: FakeInbox['hastened'] = [];
  const driver: Partial<EndpointDriver> = { messages: async () => ({ messages: [] }), session: async () => undefined };
  const provider = { driver: () => driver } as unknown as Provider;
  const inbox = createInbox({
    perdure: client,
    tokens: new InboxTokens(Object.entries(tokens).map(([name, token]) => ({ name, token }))),
    reviewers: { ann: { groups: ['finance'], service: false }, portal: { groups: [], service: true } },
    deployment: 'test',
    belongs: async (workflowId) => {
      if (client.down) throw client.down;
      return !workflowId.includes('foreign');
    },
    keys,
    links,
    provider: async () => provider,
    hasten: async (account, ids) => void hastened.push({ account, ids }),
    onTrouble: (line) => void troubles.push(line),
    ...change,
  });
  const { app } = inbox;
  return {
    ...inbox,
    client,
    links,
    troubles,
    hastened,
    driver,
    api: async (name, path, body) =>
      app.request(path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...(name && { authorization: `Bearer ${tokens[name]}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    signIn: (name) => signIn(inbox, tokens[name]),
  };
}
