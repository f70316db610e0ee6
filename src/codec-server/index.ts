import { listen, type Listener } from '../inbox/listener.js';
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
const words = { name: 'codec server', host: '--host', port: 'Choose another with --port (0: any free one).' };

/**
 * Starts a codec server for Temporal's UI and command line.
 * @throws PerdureError `config-invalid` when it would listen to other machines without tokens that somebody chose;
 * `server-port-taken`.
 */
export function startCodecServer(options: CodecServerOptions, place: CodecServerPlace): Promise<Listener> {
  const { host, port, tokensConfigured } = place;
  return listen(createCodecServer(options).fetch, { host, port, requestMs, tokensConfigured, words });
}
