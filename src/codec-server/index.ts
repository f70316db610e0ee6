import { PerdureError } from '../core/errors.js';
import { isLoopback, listen, type Listener } from '../inbox/listener.js';
import { type CodecServerOptions, createCodecServer } from './create-codec-server.js';

/** Where a codec server listens. */
interface CodecServerPlace {
  host: string;
  /** 0: any free one. */
  port: number;
  /** Whether somebody chose the tokens: without, nothing but this machine is listened to. */
  tokensConfigured: boolean;
}

const requestMs = 30_000;

/**
 * Starts a codec server for Temporal's UI and command line.
 * @throws PerdureError `config-invalid` when it would listen to other machines without tokens that somebody chose;
 * `server-port-taken`.
 */
export async function startCodecServer(options: CodecServerOptions, place: CodecServerPlace): Promise<Listener> {
  const { host, port, tokensConfigured } = place;
  if (!isLoopback(host) && !tokensConfigured) throw exposed(host);
  try {
    return await listen(createCodecServer(options).fetch, { host, port, requestMs });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it can not be opened';
    throw new PerdureError({
      code: 'server-port-taken',
      message: `The codec server can't listen at ${host}:${port}: ${why}.`,
      hint: 'Choose another with --port (0: any free one).',
      cause,
    });
  }
}

function exposed(host: string): PerdureError {
  return new PerdureError({
    code: 'config-invalid',
    message: `The codec server would listen at ${host}, where other machines reach it, with a token that was made up.`,
    hint: 'Set PERDURE_INBOX_TOKENS to a list of name:token, or leave --host out to listen on this machine only.',
  });
}
