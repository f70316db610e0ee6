import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

const betweenLooksMs = 1_000;
const patienceMs = 15_000;
const mostOfId = 100;
const list = z.object({ questions: z.array(z.object({ id: z.string(), state: z.string() })) });

/** Somebody who answers every question over the inbox, and asks again when it is away. */
export class Person {
  readonly answered = new Set<string>();
  #left = false;
  readonly #done: Promise<void>;

  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly say: (line: string) => void,
  ) {
    this.#done = this.#work();
  }

  async leave(): Promise<void> {
    this.#left = true;
    await this.#done;
  }

  async #work(): Promise<void> {
    let before: string | undefined;
    while (!this.#left) {
      const trouble = await this.#round().then(
        () => undefined,
        (error: unknown) => String(error),
      );
      if (trouble !== undefined && trouble !== before) this.say(`nobody can be answered: ${trouble}`);
      before = trouble;
      await pause(betweenLooksMs);
    }
  }

  async #round(): Promise<void> {
    const { questions } = list.parse(await this.#call('GET', 'questions'));
    for (const { id } of questions) {
      if (this.answered.has(id)) continue;
      // The decision's id is the question's: an answer that is sent again, since its receipt was lost, is the same one.
      const decisionId = id.replace(/[^\w.:-]/g, '-').slice(-mostOfId);
      await this.#call('POST', `questions/${encodeURIComponent(id)}/answer`, { answer: 'The red one', decisionId });
      this.answered.add(id);
    }
  }

  async #call(method: string, place: string, body?: object): Promise<unknown> {
    const reply = await fetch(`${this.url}/api/${place}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(patienceMs),
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!reply.ok) throw new TypeError(`the inbox answered ${reply.status}: ${await reply.text()}`);
    return reply.json();
  }
}
