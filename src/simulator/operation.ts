/** What a request wants, by one name at both providers. */
export const operations = [
  'start',
  'status',
  'stop',
  'answer',
  'questions',
  'messages',
  'list',
  'pause',
  'resume',
  'session.create',
  'session.get',
  'session.end',
  'session.list',
  'session.tags',
  'session.files',
  'file.link',
  'file.content',
  'live-view',
  'tasks',
  'billing',
  'unknown',
] as const;

/**
 * What a request wants, by one name at both providers: `answer` is Anchor's respond-to-human-intervention and Browserbase's
 * resume; `resume` and `pause` are those of Anchor's agent; `questions` reads pending interventions; `list` lists runs
 * (Browserbase) or executions (Anchor legacy); `session.files` lists what a session recorded or downloaded, `file.link` asks
 * Anchor for a file's signed URL, and `file.content` fetches it.
 */
export type Operation = (typeof operations)[number];
