import { PerdureError } from '../core/errors.js';
import { createInbox } from './create-inbox.js';
import { isLoopback, listen as listenAt } from './listener.js';
import { defaultPace, type InboxOptions } from './options.js';

/** Where an inbox listens. */
export interface ListenOptions {
  /** Default `127.0.0.1`. */
  host?: string;
  /** 0: any free one. */
  port: number;
  /** Whether somebody chose the tokens: without, nothing but this machine is listened to. */
  tokensConfigured: boolean;
}

/** An inbox that takes requests. */
export interface RunningInbox {
  /** Where it is reached on this machine. */
  readonly url: string;
  /** Breaks open streams off and frees the port. */
  stop(): Promise<void>;
}

/**
 * Starts the inbox.
 * @throws PerdureError `config-invalid` when it would listen to other machines without tokens that somebody chose;
 * `server-port-taken`.
 */
export async function startInbox(options: InboxOptions, listen: ListenOptions): Promise<RunningInbox> {
  const { host = '127.0.0.1', port, tokensConfigured } = listen;
  if (!isLoopback(host) && !tokensConfigured) throw exposed(host);
  const inbox = createInbox(options);
  const { request } = { ...defaultPace, ...options.pace };
  try {
    const { url, stop } = await listenAt(inbox.app.fetch, { host, port, requestMs: request });
    return {
      url,
      stop: () => {
        inbox.close();
        return stop();
      },
    };
  } catch (cause) {
    inbox.close();
    throw portTaken(host, port, cause);
  }
}

function exposed(host: string): PerdureError {
  return new PerdureError({
    code: 'config-invalid',
    message: `The inbox would listen at ${host}, where other machines reach it, with a token that was made up.`,
    hint: 'Set PERDURE_INBOX_TOKENS to a list of name:token, or leave inbox.host out to listen on this machine only.',
  });
}

function portTaken(host: string, port: number, cause: unknown): PerdureError {
  const why = cause instanceof Error ? cause.message : 'it can not be opened';
  return new PerdureError({
    code: 'server-port-taken',
    message: `The inbox can't listen at ${host}:${port}: ${why}.`,
    hint: 'Choose another with --inbox-port (0: any free one) or inbox.port, or go without: --no-inbox',
    cause,
  });
}
