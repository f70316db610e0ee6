import { deploymentPrefix, markPrefix, readMark } from '../../core/mark.js';
import { mostPages, unless } from '../border.js';
import type { Call, FindQuery, Found } from '../provider.js';
import type { AnchorClient } from './client.js';
import type { AnchorSessionFilter } from './session-calls.js';
import type { AnchorSessionInfo } from './session-schemas.js';

/** Every session with a mark, live or not. */
export async function findSessions(client: AnchorClient, query: FindQuery, call: Call): Promise<Found[]> {
  const prefix = markPrefix(query.mark);
  const filter = query.anyGeneration ? { search: prefix } : { tags: [query.mark] };
  const isSought = (tag: string) =>
    query.anyGeneration ? readMark(tag) !== undefined && markPrefix(tag) === prefix : tag === query.mark;
  const sessions = await sessionsOf(client, filter, mostPages, call);
  return sessions.flatMap((session) => {
    const mark = session.tags.find(isSought);
    return mark === undefined ? [] : [foundSession(session, mark)];
  });
}

/** Pages of the newest sessions that are looked through whatever their status is called. */
const newestPages = 20;

/** The live sessions that carry one mark, and that one of this deployment. */
export async function listMarkedSessions(client: AnchorClient, deployment: string, call: Call): Promise<Found[]> {
  const search = deploymentPrefix(deployment);
  // Anchor does not say what it calls a live session: the likely word finds old ones, the newest are read in any case.
  const running = sessionsOf(client, { search, status: 'running' }, mostPages, call);
  const sessions = [
    ...((await unless(['request-rejected'], running)) ?? []),
    ...(await sessionsOf(client, { search, newestFirst: true }, newestPages, call)),
  ];
  const byId = new Map(sessions.filter(({ live }) => live).map((session) => [session.id, session]));
  return [...byId.values()].flatMap((session) => {
    const [mark, ...others] = session.tags.filter((tag) => readMark(tag) !== undefined);
    const isOurs = mark !== undefined && others.length === 0 && readMark(mark)?.deployment === deployment;
    return isOurs ? [foundSession(session, mark)] : [];
  });
}

async function sessionsOf(
  client: AnchorClient,
  filter: AnchorSessionFilter,
  pages: number,
  call: Call,
): Promise<AnchorSessionInfo[]> {
  const all: AnchorSessionInfo[] = [];
  for (let page = 1; page <= pages; page += 1) {
    const { sessions, totalPages = page } = await client.sessions.list(filter, page, call);
    all.push(...sessions);
    if (sessions.length === 0 || page >= totalPages) break;
  }
  return all;
}

function foundSession({ id, live, createdAt, status, executions }: AnchorSessionInfo, mark: string): Found {
  return { kind: 'session', id, mark, live, createdAt, executions, providerStatus: status };
}
