import type { Hono } from 'hono';
import type { BoardEvent } from '../board.js';
import type { Desk, InboxEnv } from '../desk.js';
import { streamNews } from '../stream.js';

/** Live news of the questions: what changed, never what is in it, which pages read for themselves. */
export function addEvents(app: Hono<InboxEnv>, desk: Desk): void {
  const { board } = desk;
  app.get('/events', (c) => {
    const lastSeen = c.req.header('last-event-id') ?? c.req.query('from');
    return streamNews(c, desk, (tell) => {
      const before: BoardEvent[] = [];
      let begun = false;
      const { missed, stop } = board.watch((event) => (begun ? tell(toldOf(event)) : before.push(event)), lastSeen);
      if (missed) tell({ event: 'missed', id: board.position, data: '{}' });
      for (const event of before) tell(toldOf(event));
      begun = true;
      return stop;
    });
  });
}

function toldOf({ id, type, question }: BoardEvent) {
  return { id, event: type, data: JSON.stringify({ id: question.id, state: question.state }) };
}
