import type { Context } from 'hono';
import { type SSEMessage, streamSSE } from 'hono/streaming';
import type { Desk, InboxEnv } from './desk.js';
import type { Sight } from './lookouts.js';

const mostStreams = 500;
const mostWaiting = 500;
const retryMs = 2_000;

/** What a stream is told by; gives what ends it. */
type Subscribe = (tell: (news: SSEMessage) => void) => () => void;

/** Sends news as they come, with signs of life between them. */
export function streamNews(
  c: Context<InboxEnv>,
  { board, lookouts, pace }: Desk,
  subscribe: Subscribe,
): Response | Promise<Response> {
  if (board.watchers + lookouts.watchers >= mostStreams) {
    return c.text('Too many streams are open.', 503, { 'Retry-After': '30' });
  }
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, async (stream) => {
    const waiting: SSEMessage[] = [];
    let wake = () => {};
    const stop = subscribe((news) => {
      waiting.push(news);
      wake();
    });
    stream.onAbort(() => {
      stop();
      wake();
    });
    await stream.write(`retry: ${retryMs}\n\n`);
    while (!stream.aborted && waiting.length < mostWaiting) {
      for (const news of waiting.splice(0)) await stream.writeSSE(news);
      const came = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), pace.keepAlive);
        wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
        if (waiting.length > 0 || stream.aborted) wake();
      });
      if (!came && !stream.aborted) await stream.write(': still here\n\n');
    }
    stop();
  });
}

/** Tells whenever what `look` shows has changed since the page that listens was made; never what is in it. */
export function streamChanges(
  c: Context<InboxEnv>,
  desk: Desk,
  name: string,
  look: () => Promise<Sight>,
): Response | Promise<Response> {
  const seen = c.req.header('last-event-id') ?? c.req.query('from') ?? '';
  return streamNews(c, desk, (tell) =>
    desk.lookouts.watch(name, { look, seen, changed: (id) => tell({ event: 'changed', id, data: '{}' }) }),
  );
}
