import type { Call } from './call.js';
import { uuidOf } from './random.js';
import type { Run } from './run.js';
import type { Session } from './session.js';
import type { World } from './world.js';

/** A file that a run has downloaded. */
export interface Download {
  readonly id: string;
  readonly run: Run;
  readonly session: Session;
  readonly name: string;
  readonly content: Buffer;
  /** As lists say it. */
  readonly size: number;
  readonly mimeType: string;
  readonly originUrl: string;
  readonly at: number;
}

/** The files that lists show of a session by now. */
export function downloadsOf(world: World, session: Session): Download[] {
  return session.runs.flatMap((run) => downloadsOfRun(world, session, run));
}

/** The caller's own file with this id, if lists show it by now. */
export function downloadWithId({ world, account }: Pick<Call, 'world' | 'account'>, id: string): Download | undefined {
  return account.sessions.flatMap((session) => downloadsOf(world, session)).find((each) => each.id === id);
}

function downloadsOfRun({ now }: World, session: Session, run: Run): Download[] {
  const { end } = run;
  if (!end) return [];
  return run.plan.downloads.flatMap(({ listedAfterMs = 0, ...file }, index): Download[] => {
    if (now < end.at + listedAfterMs) return [];
    const { name, size, mimeType = 'application/octet-stream', originUrl = 'https://example.com/' } = file;
    const filler = () => Buffer.alloc(size ?? 1024, 'x');
    const text = file.content === undefined ? undefined : Buffer.from(file.content);
    const content = text ?? (file.base64 === undefined ? filler() : Buffer.from(file.base64, 'base64'));
    const id = uuidOf(`download ${run.id} ${index}`);
    return [{ id, run, session, name, content, size: size ?? content.length, mimeType, originUrl, at: end.at }];
  });
}
