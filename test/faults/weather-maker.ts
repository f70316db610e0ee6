import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { PerdureActivities } from '../../activities/index.js';
import { accountId } from '../../src/core/admission.js';
import { PerdureError } from '../../src/core/errors.js';
import type { ProviderName } from '../../src/core/endpoints.js';
import { runWorkflowId, wire } from '../../src/core/names.js';
import { watcherId, watchersOf } from '../../src/core/watch.js';
import type { EndpointDriver } from '../../src/providers/provider.js';
import type { AccountOptions } from '../../src/worker/accounts.js';
import type { Operation } from '../../src/simulator/operation.js';
import type { Simulator } from '../../src/simulator/simulator.js';
import type { Program } from './program.js';
import type { Tampering } from './test-worker.js';
import type { WeatherEvent } from './weather.js';

/** Events of history after which a restless workflow continues as new. */
const restless = 40;

/** What counts for when the weather strikes. */
const watched: readonly Operation[] = ['status', 'list', 'questions', 'start'];

/** What a lost message is lost in. */
type Loss = 'tick-lost' | 'news-lost' | 'grant-lost';

/** The weather's part in a test worker: messages that are lost, once each, of the account that it was planned for. */
export class Losses implements Tampering {
  readonly #planned = new Map<string, (() => void)[]>();

  plan(kind: Loss, account: string, struck: () => void): void {
    const key = `${kind} ${account}`;
    this.#planned.set(key, [...(this.#planned.get(key) ?? []), struck]);
  }

  activities(own: PerdureActivities): PerdureActivities {
    return {
      ...own,
      perdureLook: async (task) => {
        const report = await own.perdureLook(task);
        if (this.#take('tick-lost', task.account)) throw lost('report');
        return report;
      },
      perdureGrant: async (grants) => (this.#take('grant-lost', granting()) ? { gone: [] } : own.perdureGrant(grants)),
    };
  }

  driver(driver: EndpointDriver, _: AccountOptions, account: string): EndpointDriver {
    return {
      ...driver,
      statusMany: async (...args) => {
        const looks = await driver.statusMany(...args);
        if (this.#take('news-lost', account)) throw lost('tell');
        return looks;
      },
    };
  }

  #take(kind: Loss, account: string): boolean {
    const struck = this.#planned.get(`${kind} ${account}`)?.shift();
    struck?.();
    return struck !== undefined;
  }
}

/** The account whose activity this is. */
function granting(): string {
  const [, , provider, name] = Context.current().info.workflowExecution?.workflowId.split(':') ?? [];
  return `${provider}/${name}`;
}

function lost(before: string): PerdureError {
  return new PerdureError({ code: 'internal', message: `The worker was lost before it could ${before}.` });
}

/** Where weather is made. */
export interface Sky {
  client: Client;
  taskQueue: string;
  losses: Losses;
  accountOf: (provider: ProviderName) => string;
}

/** Makes the weather of a seed; `done` is told what really struck. */
export class WeatherMaker {
  readonly done: string[] = [];
  readonly #open: Promise<void>[] = [];

  constructor(
    private readonly sky: Sky,
    private readonly program: Program,
  ) {}

  /** Starts what is restless before anybody needs it. */
  async begin(simulator: Simulator): Promise<void> {
    const { truth, events, restless: often } = this.program.weather;
    if (truth) simulator.limit({ [truth.provider]: { concurrent: truth.concurrent } });
    for (const event of events) this.#await(simulator, event);
    if (!often) return;
    for (const provider of ['anchor', 'browserbase'] as const) await this.#startRestless(provider);
  }

  /** Waits until nothing is under way any more. */
  async end(): Promise<void> {
    await Promise.allSettled(this.#open);
  }

  async #startRestless(provider: ProviderName): Promise<void> {
    const { client, taskQueue, accountOf } = this.sky;
    const account = accountOf(provider);
    const args = [{ version: 1, account, mostEvents: restless }];
    const places = watchersOf(account, taskQueue);
    for (const place of places)
      await client.workflow.start('watcher', { workflowId: watcherId(place), taskQueue, args });
    if (this.program.weather.limits[provider]) {
      await client.workflow.start('account', { workflowId: accountId(account), taskQueue, args });
    }
    this.done.push('restless');
  }

  #await(simulator: Simulator, event: WeatherEvent): void {
    let seen = 0;
    simulator.when({ phase: 'replied', provider: event.provider }, ({ operation }) => {
      if (!watched.includes(operation)) return;
      seen += 1;
      if (seen === event.nth) this.#open.push(this.#strike(simulator, event).catch(() => undefined));
    });
  }

  async #strike(simulator: Simulator, { kind, provider }: WeatherEvent): Promise<void> {
    const { client, taskQueue, losses, accountOf } = this.sky;
    const account = accountOf(provider);
    const ids = kind.startsWith('account')
      ? [accountId(account)]
      : watchersOf(account, taskQueue).map((place) => watcherId(place));
    switch (kind) {
      case 'watchers-terminated':
      case 'account-terminated':
        return this.#each(kind, ids, (id) => client.workflow.getHandle(id).terminate(kind));
      case 'watchers-reset':
      case 'account-reset':
        return this.#each(kind, ids, (id) => resetToBegin(client, id));
      case 'withdrawn':
        return this.#each(kind, ids, (id) => client.workflow.getHandle(id).signal(wire.withdraw, this.#allStarts()));
      case 'limit-lowered':
        return this.#each(kind, [accountId(account)], (id) =>
          client.workflow.getHandle(id).signal(wire.limits, { live: { concurrentRuns: 1 } }),
        );
      case 'storm':
        this.done.push(kind);
        simulator.fault({ kind: '429', on: 'status', provider, times: 12, retryAfter: 1 });
        return undefined;
      case 'tick-lost':
      case 'news-lost':
      case 'grant-lost':
        return losses.plan(kind, account, () => this.done.push(kind));
    }
  }

  /** As if every run had ended: what goes on has to be found and taken in again. */
  #allStarts(): { id: string; generation: number }[] {
    return this.program.runs.map(({ name }) => ({ id: runWorkflowId(name), generation: 9 }));
  }

  async #each(kind: string, ids: readonly string[], act: (id: string) => Promise<unknown>): Promise<void> {
    const acted = await Promise.allSettled(ids.map((id) => act(id)));
    if (acted.some(({ status }) => status === 'fulfilled')) this.done.push(kind);
  }
}

async function resetToBegin(client: Client, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const first = events?.find((event) => event.workflowTaskCompletedEventAttributes != null);
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'the weather',
    workflowTaskFinishEventId: first?.eventId,
    requestId: randomUUID(),
  });
}
