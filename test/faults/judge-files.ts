import type { Finding, JobEvidence, StepEnd } from './evidence.js';
import { contentsOf } from './expected-result.js';
import type { Tried } from './tried.js';

/** Judges whether the files of a run that completed are there, each once, or are said not to be. */
export function judgeFiles({ plan, ends = [] }: JobEvidence, tried: readonly Tried[]): Finding[] {
  const { files } = plan;
  if (files === undefined) return [];
  return ends.flatMap((end) => {
    const target = tried.find(({ key }) => key === end.key);
    // Two starts in one session have downloaded twice as much.
    if (target?.started.length !== 1 || end.status !== 'completed') return [];
    const what = whatIsWrong(end, contentsOf(target.target, files));
    return what === undefined ? [] : [{ key: 'wrongOutcome' as const, run: `${plan.name}/${end.step}`, what }];
  });
}

function whatIsWrong({ saved, notSaved, inFolder = [] }: StepEnd, contents: readonly string[]): string | undefined {
  if (notSaved !== undefined) return undefined;
  if (!saved) return 'it says nothing of its files';
  if (saved.length !== contents.length || new Set(saved).size !== saved.length)
    return `it tells of ${saved.length} files at ${new Set(saved).size} places, where ${contents.length} were downloaded`;
  const [is, wanted] = [inFolder.toSorted(), contents.toSorted()].map((each) => each.join('; '));
  return is === wanted ? undefined : `its folder has '${is}', and '${wanted}' was downloaded`;
}
