import { Context } from '@temporalio/activity';
import { isPerdureError, PerdureError, provesRefusal } from '../src/core/errors.js';

/**
 * Whether an answer has gone out, as far as is known. `unsent`: for certain it has not; `sending`: it was about to, and
 * its worker was lost; `sent`: it has, whether its reply was lost or not.
 */
type Sent = 'unsent' | 'sending' | 'sent';

/** Keeps with the activity whether an answer has gone out, so that the next attempt knows what this one may have done. */
export class SendRecord {
  #state: Sent;

  /** `details`: the heartbeat details that the attempt before has left. */
  constructor(details: unknown) {
    this.#state = details === 'sending' || details === 'sent' ? details : 'unsent';
  }

  get state(): Sent {
    return this.#state;
  }

  /** What every heartbeat has to carry. */
  details(): Sent | undefined {
    return this.#state === 'unsent' ? undefined : this.#state;
  }

  /**
   * One more request with the answer. `note` is to be called just before it goes out, and it may only go once that is
   * with the server: by a heartbeat that were held back, a worker that is lost meanwhile would seem to have sent nothing.
   */
  beginSend(timeoutMs: number): { note: () => Promise<void>; taken: () => void; failed: (error: unknown) => void } {
    const before = this.#state;
    let noted = false;
    return {
      note: async () => {
        await this.#note('sending', timeoutMs);
        noted = true;
      },
      taken: () => this.#became('sent'),
      failed: (error) => {
        if (noted) this.#became(stateAfter(error, before));
      },
    };
  }

  /** Throws `temporal-unreachable` also where the attempt was given up, and another one may be under way. */
  async #note(state: Sent, timeoutMs: number): Promise<void> {
    const { client, info } = Context.current();
    const before = this.#state;
    this.#became(state);
    try {
      await client.withDeadline(Date.now() + timeoutMs, () => client.activity.heartbeat(info.taskToken, state));
    } catch (cause) {
      this.#became(before);
      const message = 'It could not be noted that the answer is about to be sent, so it was not.';
      throw new PerdureError({ code: 'temporal-unreachable', message, cause });
    }
  }

  #became(state: Sent): void {
    this.#state = state;
    Context.current().heartbeat(this.details());
  }
}

/** A request that was called off may never have left; any other that failed without a refusal has. */
function stateAfter(error: unknown, before: Sent): Sent {
  if (before === 'sent') return before;
  if (!isPerdureError(error) || error.code === 'cancelled') return 'sending';
  return provesRefusal(error.code) || error.code === 'provider-conflict' ? before : 'sent';
}
