import type { Reply } from './reply.js';
import type { World } from './world.js';

/** A page in place of the live browser; a view that was made for one time is gone after it. */
export function liveView(world: World, token: string): Reply {
  const session = [...world.sessions.values()].find((each) => each.viewToken === token);
  if (session) world.settleSession(session);
  const gone = !session || session.end !== undefined || (session.oneTimeView && session.views > 0);
  if (gone) return { status: 410, html: page('This live view has ended.') };
  session.views += 1;
  return { status: 200, html: page(`Live view of the simulated session ${session.id}.`) };
}

const page = (text: string): string =>
  `<!doctype html><meta charset="utf-8"><title>Simulated browser</title><body style="font-family:sans-serif;padding:2rem"><p>${text}</p>`;
