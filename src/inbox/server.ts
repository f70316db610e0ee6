import { createInbox } from './create-inbox.js';
import { listen as listenAt } from './listener.js';
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

const words = {
  name: 'inbox',
  host: 'inbox.host',
  port: 'Choose another with --inbox-port (0: any free one) or inbox.port, or go without: --no-inbox',
};

/**
 * Starts the inbox.
 * @throws PerdureError `config-invalid` when it would listen to other machines without tokens that somebody chose;
 * `server-port-taken`.
 */
export async function startInbox(options: InboxOptions, listen: ListenOptions): Promise<RunningInbox> {
  const { host = '127.0.0.1', port, tokensConfigured } = listen;
  const inbox = createInbox(options);
  const { request: requestMs } = { ...defaultPace, ...options.pace };
  try {
    const { url, stop } = await listenAt(inbox.app.fetch, { host, port, requestMs, tokensConfigured, words });
    return {
      url,
      stop: () => {
        inbox.close();
        return stop();
      },
    };
  } catch (error) {
    inbox.close();
    throw error;
  }
}
