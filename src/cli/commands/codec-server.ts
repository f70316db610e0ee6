import { randomBytes } from 'node:crypto';
import { startCodecServer } from '../../codec-server/index.js';
import { PerdureError } from '../../core/errors.js';
import { InboxTokens } from '../../secrets/inbox-tokens.js';
import { EncryptingCodec } from '../../secrets/payload-codec.js';
import { settingsOf } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { aborted } from '../interruption.js';
import { userName } from '../user-name.js';

/** What `perdure codec-server` is given. */
export interface CodecServerCommandOptions {
  port: number;
  host: string;
  origin?: string[];
}

/** Where the UI of the embedded server is. */
const embeddedUi = ['http://localhost:8233', 'http://127.0.0.1:8233'];

/** Serves the codec of runs until it is interrupted. */
export async function codecServer(context: CommandContext, options: CodecServerCommandOptions): Promise<number> {
  const { output, interruption, env } = context;
  const { codecKeys, inboxTokens } = settingsOf(context);
  if (!codecKeys.value) throw noKeys();
  const origins = (options.origin ?? embeddedUi).map(readOrigin);
  const made = inboxTokens.value ? undefined : { name: userName(env), token: randomBytes(24).toString('hex') };
  const tokens = inboxTokens.value ?? new InboxTokens(made ? [made] : []);
  const signal = interruption.take();
  const running = await startCodecServer(
    { codec: new EncryptingCodec(codecKeys.value), tokens, origins },
    { ...options, tokensConfigured: made === undefined },
  );
  try {
    output.note(
      `Codec server at ${running.url}${made ? `; sign in as ${made.name} with the token ${made.token}` : ''}`,
    );
    output.note(`It answers the pages of ${origins.join(', ')}. Ctrl-C ends it.`);
    output.data({ url: running.url, origins, ...(made && { token: made.token }) });
    await aborted(signal);
    return exits.done;
  } finally {
    await running.stop();
  }
}

function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '') return url.origin;
  throw new PerdureError({
    code: 'bad-input',
    message: `'${text}' is not the origin of a page.`,
    hint: 'Give it with scheme, name and port and nothing behind: https://temporal.example.com',
  });
}

function noKeys(): PerdureError {
  return new PerdureError({
    code: 'config-invalid',
    message: 'PERDURE_CODEC_KEYS is not set: there is nothing to decrypt with.',
    hint: 'Give it the same keys as the workers have; without encryption no codec server is needed.',
  });
}
