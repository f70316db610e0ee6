import { Context } from '@temporalio/activity';
import { deliver } from '../src/channels/deliver.js';
import { type AddressedLink, type Letter, pageOf } from '../src/channels/letter.js';
import { isPerdureError, PerdureError } from '../src/core/errors.js';
import type { Notice } from '../src/core/notice.js';
import { isSecretRef } from '../src/core/secret.js';
import { linkDecisionId } from '../src/secrets/links.js';
import { findSecret, secretMissing } from '../src/secrets/resolver.js';
import type { ActivityDependencies, Telling } from './dependencies.js';
import { toFailure } from './failure.js';
import { pauseAfter } from './retry.js';

/** A notice, and the channel that is to be told. */
export interface SendTask {
  notice: Notice;
  channel: string;
}

type SendDependencies = Pick<ActivityDependencies, 'telling' | 'secrets'>;

const backoff = { first: 1_000, max: 300_000 };
/** Milliseconds for one exchange with a channel, and for the place of one of its secrets. */
const longestExchange = 20_000;
const longestLookUp = 10_000;
/** Milliseconds that a link holds to a question without a deadline. */
const longestLink = 7 * 86_400_000;

/** Tells one channel, once; the workflow has it tried again. */
export function sendNotice(dependencies: SendDependencies): (task: SendTask) => Promise<void> {
  return async (task) => {
    try {
      await send(dependencies, task);
    } catch (error) {
      if (!isPerdureError(error)) throw error;
      const { code, retryAfterMs } = error;
      // A receiver that asks for no pause gets the usual one.
      const pause =
        retryAfterMs === undefined ? undefined : pauseAfter({ retryAfterMs }, backoff, Context.current().info.attempt);
      // What is wrong here may be right at another worker, or be mended; the receiver's no is its last word.
      throw toFailure(error, pause, code !== 'channel-refused');
    }
  };
}

async function send({ telling, secrets }: SendDependencies, { notice, channel: name }: SendTask): Promise<void> {
  const channel = telling?.channels.find((each) => each.name === name);
  if (!telling || !channel) throw channelMissing(name);
  const { log, cancellationSignal: signal } = Context.current();
  // A log has other readers than the addressees.
  const links = channel.type === 'console' ? [] : await linksFor(notice, telling);
  const letter: Letter = { notice, page: pageOf(notice, telling.inboxUrl), links };
  await deliver(channel, letter, {
    resolve: async (given) => {
      if (!isSecretRef(given)) return given;
      const value = await findSecret(given.$secret, secrets, longestLookUp);
      if (value === undefined)
        throw secretMissing(given.$secret, `The secret '${given.$secret}' of the channel '${name}'`);
      return value;
    },
    log: (line) => log.info(line),
    timeoutMs: longestExchange,
    signal,
  });
}

/** One for each addressee, the same whenever they are made. */
function linksFor(notice: Notice, { inboxUrl, links }: Telling): Promise<AddressedLink[]> {
  if (notice.type === 'run.ended') return Promise.resolve([]);
  const { id, questionId, askedAt, at, deadline } = notice;
  const expiresAt = deadline === undefined ? Date.parse(at) + longestLink : Date.parse(deadline);
  return Promise.all(
    notice.to.map(async (to) => {
      const decisionId = linkDecisionId(id, to);
      const token = await links().sign({ questionId, askedAt, addressee: to, expiresAt, decisionId });
      return { to, url: `${inboxUrl}/link/${token}` };
    }),
  );
}

function channelMissing(name: string): PerdureError {
  return new PerdureError({
    code: 'config-invalid',
    message: `This worker has no channel '${name}', though another one of its queue has.`,
    hint: 'Give all workers of the queue the same channels in perdure.config.yaml.',
  });
}
