import { createHmac } from 'node:crypto';
import { SimulatorError } from '../error.js';
import { known } from '../match.js';
import type { Run } from '../run.js';
import { nextChangeWithin } from '../session.js';
import type { World } from '../world.js';

const eventTypes = [
  'task.completed',
  'task.failed',
  'task.cancelled',
  'intervention.requested',
  'intervention.resolved',
] as const;

/** What Anchor tells of runs and questions. */
export type WebhookEvent = (typeof eventTypes)[number];

/** Where Anchor sends its events. */
export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
  /** Default: all of them. */
  readonly events?: readonly WebhookEvent[];
  /** How often each delivery is made though it arrived. Default 1. */
  readonly times?: number;
}

/** One try to deliver an event. */
export interface WebhookDelivery {
  readonly id: string;
  readonly type: WebhookEvent;
  /** From 1. */
  readonly attempt: number;
  /** Undefined where nothing answered within ten seconds. */
  readonly status?: number;
}

/** A receiver of events. */
export interface WebhookSubscription {
  /** What was tried so far. */
  readonly deliveries: readonly WebhookDelivery[];
  /** Tells it nothing any more. */
  stop(): void;
}

const mostAttempts = 6;
const patienceMs = 10_000;
/** Real milliseconds before the first try again, doubling; Anchor does not say how long it waits. */
const againMs = 200;

interface Seen {
  questionId?: string;
  answers: number;
  ended: boolean;
}

/**
 * Tells a receiver what happens to the runs of the Anchor accounts. The envelope, the signature and the tries are
 * Anchor's; what is in `data` its documents do not say, nor whether it tells of runs that are not of `anchor.task`:
 * here it does. The signature has the computer's own time, whatever clock the runs live by.
 */
export function sendWebhooks(world: World, options: WebhookOptions): WebhookSubscription {
  known('webhook', options, ['url', 'secret', 'events', 'times']);
  const unknown = options.events?.find((event) => !eventTypes.includes(event));
  if (unknown !== undefined) throw new SimulatorError(`no event '${unknown}'; there are ${eventTypes.join(', ')}`);
  const sender = new WebhookSender(world, options);
  world.webhooks.add(sender);
  return sender;
}

/** Watches the runs and sends what happened to them. */
class WebhookSender implements WebhookSubscription {
  readonly deliveries: WebhookDelivery[] = [];
  readonly #seen = new Map<string, Seen>();
  readonly #unhook: (() => void)[];
  #asleep = () => {};
  #stopped = false;

  constructor(
    private readonly world: World,
    private readonly options: WebhookOptions,
  ) {
    const look = () => this.#look();
    this.#unhook = (['effected', 'replied'] as const).map((phase) =>
      world.hooks.add({ phase, provider: 'anchor' }, look),
    );
    look();
  }

  stop(): void {
    this.#stopped = true;
    this.#asleep();
    for (const unhook of this.#unhook) unhook();
    this.world.webhooks.delete(this);
  }

  #look(): void {
    if (this.#stopped) return;
    const { world } = this;
    for (const account of world.accounts) if (account.provider === 'anchor') world.settleAll(account);
    const runs = [...world.runs.values()].filter(({ provider }) => provider === 'anchor');
    for (const run of runs) this.#compare(run);
    const next = Math.min(...runs.map((run) => (run.end ? undefined : nextChangeWithin(run)) ?? Infinity));
    this.#asleep();
    this.#asleep = Number.isFinite(next)
      ? world.clock.wake(Math.max(next, world.now + 1), () => this.#look())
      : () => {};
  }

  #compare(run: Run): void {
    const before = this.#seen.get(run.id) ?? { answers: 0, ended: false };
    const { question, answers, end } = run;
    this.#seen.set(run.id, {
      ...(question && { questionId: question.id }),
      answers: answers.length,
      ended: Boolean(end),
    });
    if (answers.length > before.answers && before.questionId !== undefined) {
      this.#send('intervention.resolved', run, { request_id: before.questionId });
    }
    if (question && question.id !== before.questionId) {
      this.#send('intervention.requested', run, { request_id: question.id, message: question.asked.message });
    }
    if (!end || before.ended) return;
    if (end.state === 'completed') this.#send('task.completed', run, { status: 'completed', artifacts: [] });
    else if (end.state === 'cancelled') this.#send('task.cancelled', run, { status: 'cancelled' });
    else {
      const type = end.state === 'timed-out' ? 'timeout' : 'agent_error';
      this.#send('task.failed', run, { status: 'failed', error: { type, message: end.message } });
    }
  }

  #send(type: WebhookEvent, run: Run, about: Readonly<Record<string, unknown>>): void {
    if (this.options.events && !this.options.events.includes(type)) return;
    const id = `evt_${this.world.random.uuid().replaceAll('-', '')}`;
    const data = { run_id: run.id, ...(run.session && { session_id: run.session.id }), ...about };
    const created = new Date(this.world.now).toISOString();
    const event = { id, type, created, project_id: 'proj_simulated', text: type.replace('.', ' '), data };
    const body = JSON.stringify(event);
    for (let count = 0; count < (this.options.times ?? 1); count += 1) void this.#deliver({ id, type, body });
  }

  /** Tries again while nothing answers, or a 5xx does; a 4xx is the end of it. */
  async #deliver({ id, type, body }: { id: string; type: WebhookEvent; body: string }): Promise<void> {
    for (let attempt = 1; attempt <= mostAttempts && !this.#stopped; attempt += 1) {
      const status = await this.#post({ id, type, body });
      this.deliveries.push({ id, type, attempt, ...(status !== undefined && { status }) });
      if (status !== undefined && status < 500) return;
      await new Promise((resolve) => setTimeout(resolve, againMs * 2 ** (attempt - 1)).unref());
    }
  }

  async #post({ id, type, body }: { id: string; type: WebhookEvent; body: string }): Promise<number | undefined> {
    const { url, secret } = this.options;
    const headers = { 'content-type': 'application/json', 'anchor-event': type, 'anchor-delivery-id': id };
    try {
      const signal = AbortSignal.timeout(patienceMs);
      const signed = { ...headers, ...signatureOf(secret, body) };
      const reply = await fetch(url, { method: 'POST', headers: signed, body, signal });
      await reply.arrayBuffer();
      return reply.status;
    } catch {
      return undefined;
    }
  }
}

/** The headers by which a receiver knows that a body is Anchor's. */
export function signatureOf(secret: string, body: string, now: number = Date.now()): Record<string, string> {
  const at = String(Math.floor(now / 1000));
  const hex = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
  return { 'anchor-timestamp': at, 'anchor-signature': `t=${at},v1=${hex}` };
}
