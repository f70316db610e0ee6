import { type Call, instant } from '../call.js';
import { Refusal } from '../reply.js';
import type { Session } from '../session.js';
import { sessionStatus } from './sessions.js';

/** The filters of the light list of sessions. */
export const lightFilters = ['tags', 'created_from', 'created_to', 'domains'];

/** The filters of the list of sessions. */
export const fullFilters = [
  ...lightFilters,
  'status',
  'search',
  'batch_id',
  'task_initiated',
  'playground',
  'proxy',
  'extra_stealth',
  'profile_name',
];

type Test = (session: Session) => boolean;

const byCreation = (a: Session, b: Session): number => a.createdAt - b.createdAt;

/** The account's sessions that the query's filters leave, in order of creation; 400 for a name that is not known. */
export function filteredSessions(call: Call, known: readonly string[]): Session[] {
  const { world, account, query } = call;
  const odd = [...query.keys()].find((name) => !known.includes(name));
  if (odd !== undefined) throw new Refusal(400, `the query has no '${odd}'; there are ${known.join(', ')}`);
  const tags = words(query.get('tags') ?? '');
  const lag = world.behaviour.anchor.listLagMs;
  const candidates =
    tags[0] === undefined ? account.sessions : [...(account.tagged.get(tags[0]) ?? [])].sort(byCreation);
  for (const session of candidates) if (!session.end) world.settleSession(session);
  const tests: Test[] = [
    (session) => tags.every((tag) => session.tags.includes(tag)),
    (session) => world.now - session.createdAt >= lag,
    ...timeTests(call),
    ...flagTests(call),
    ...textTests(call),
  ];
  return candidates.filter((session) => tests.every((test) => test(session)));
}

const words = (text: string): string[] => text.split(',').filter(Boolean);

function timeTests(call: Call): Test[] {
  const from = instant(call, 'created_from') ?? -Infinity;
  const to = instant(call, 'created_to') ?? Infinity;
  return [({ createdAt }) => createdAt >= from && createdAt <= to];
}

/** Nothing here comes from Anchor's playground. */
function flagTests(call: Call): Test[] {
  const flags: Record<string, Test> = {
    task_initiated: ({ byProvider }) => byProvider,
    playground: () => false,
    proxy: (session) => settingsOf(session).session.proxy?.active === true,
    extra_stealth: (session) => settingsOf(session).browser.extra_stealth?.active === true,
  };
  return Object.entries(flags).flatMap(([name, holds]): Test[] => {
    const wanted = flag(call, name);
    return wanted === undefined ? [] : [(session) => holds(session) === wanted];
  });
}

function flag({ query }: Call, name: string): boolean | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new Refusal(400, `${name} must be true or false`);
}

/** No session here belongs to a batch. A domain is found where a session or a task in it was told to begin. */
function textTests(call: Call): Test[] {
  const { query } = call;
  const texts: Record<string, (session: Session, wanted: string) => boolean> = {
    status: (session, wanted) => sessionStatus(call, session) === wanted,
    search: ({ id, tags }, wanted) => [id, ...tags].some((text) => text.toLowerCase().includes(wanted.toLowerCase())),
    batch_id: () => false,
    profile_name: (session, wanted) => settingsOf(session).browser.profile?.name === wanted,
    domains: (session, wanted) => words(wanted).some((domain) => domainsOf(session).includes(domain)),
  };
  return Object.entries(texts).flatMap(([name, holds]): Test[] => {
    const wanted = query.get(name);
    return wanted === null ? [] : [(session) => holds(session, wanted)];
  });
}

interface SessionSettings {
  readonly initial_url?: string;
  readonly proxy?: { readonly active?: boolean };
}

interface BrowserSettings {
  readonly profile?: { readonly name?: string };
  readonly extra_stealth?: { readonly active?: boolean };
}

/** What the session was made with; one that Anchor opened for a task holds the fields of `session` alone. */
function settingsOf({ configuration, byProvider }: Session): { session: SessionSettings; browser: BrowserSettings } {
  const { session = byProvider ? configuration : {}, browser = {} } = configuration;
  return { session: session as SessionSettings, browser: browser as BrowserSettings };
}

function domainsOf(session: Session): string[] {
  const urls = [settingsOf(session).session.initial_url, ...session.runs.map(({ body }) => body['url'])];
  return urls.flatMap((url) => (typeof url === 'string' && URL.canParse(url) ? [new URL(url).hostname] : []));
}
