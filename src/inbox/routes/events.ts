import type { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { BoardEvent } from '../board.js';
import type { Desk, InboxEnv } from '../desk.js';

const mostStreams = 500;
const mostWaiting = 500;
const retryMs = 2_000;

/** Live news of the questions: what changed, never what is in it, which pages read for themselves. */
export function addEvents(app: Hono<InboxEnv>, { board, pace }: Desk): void {
  app.get('/events', (c) => {
    if (board.watchers >= mostStreams) return c.text('Too many streams are open.', 503, { 'Retry-After': '30' });
    const lastSeen = c.req.header('last-event-id') ?? c.req.query('from');
    c.header('X-Accel-Buffering', 'no');
    return streamSSE(c, async (stream) => {
      const waiting: BoardEvent[] = [];
      let wake = () => {};
      const { missed, stop } = board.watch((event) => {
        waiting.push(event);
        wake();
      }, lastSeen);
      stream.onAbort(() => {
        stop();
        wake();
      });
      await stream.write(`retry: ${retryMs}\n\n`);
      if (missed) await stream.writeSSE({ event: 'missed', id: board.position, data: '{}' });
      while (!stream.aborted && waiting.length < mostWaiting) {
        for (const event of waiting.splice(0)) await stream.writeSSE(toldOf(event));
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
  });
}

function toldOf({ id, type, question }: BoardEvent) {
  return { id, event: type, data: JSON.stringify({ id: question.id, state: question.state }) };
}
