import { ApplicationFailure } from '@temporalio/workflow';
import {
  type AgentStep,
  anchor,
  askPerson,
  browserbase,
  runAgentOutcome,
  saveFiles,
  schema,
  setBudget,
} from 'perdure/workflow';
import type { Approval, Collected, CollectInput, Invoices, Report } from './schemas.js';

export { agentRun } from 'perdure/workflow';

type Site = CollectInput['sites'][number];

export async function collectInvoices({ month, sites, budget }: CollectInput): Promise<Report> {
  setBudget(budget);
  const collected = await threeAtOnce(sites, (site) => collect(site, month));
  const found = collected.flatMap((each) => ('files' in each ? [each] : []));
  const cents = found.reduce((sum, each) => sum + each.cents, 0);
  if (found.length === 0) return { cents, approved: false, sites: collected };
  const verdict = await askPerson({
    name: 'approve',
    title: `Pay ${(cents / 100).toFixed(2)} for ${month}?`,
    body: collected.map(lineOf).join('\n'),
    answer: schema<Approval>('Approval'),
    assignees: ['finance'],
    deadline: '3 days',
    otherwise: 'refuse',
  });
  return { cents, approved: verdict.approved, by: verdict.by, sites: collected };
}

async function collect(site: Site, month: string): Promise<Collected> {
  try {
    const outcome = await runAgentOutcome(stepFor(site, month));
    if (outcome.status !== 'completed') return { site: site.name, missing: outcome.error?.message ?? outcome.status };
    const { cents, files } = outcome.result as Invoices;
    return { site: site.name, cents, files: await saveFiles(outcome, { expect: files }) };
  } catch (error) {
    // A budget that is used up, or files that did not come: the other sites go on. A cancel ends them all.
    if (!(error instanceof ApplicationFailure)) throw error;
    return { site: site.name, missing: error.message };
  }
}

function stepFor({ name, url }: Site, month: string): AgentStep<Invoices> {
  const wish = `Download every invoice of ${month} at ${url}. Tell their total in cents, and how many files they are.`;
  // Anchor's browser shows a PDF instead of downloading it, unless it is told otherwise.
  const session = { browser: { pdf_viewer: { active: false } } };
  return {
    name,
    targets: [
      { agent: anchor.webTask({ url, prompt: wish, session }) },
      { agent: browserbase.agentRun({ task: wish }) }, // where Anchor does not get it done
    ],
    effect: 'read', // done twice, it does no harm
    result: schema<Invoices>('Invoices'),
    deadline: '20 minutes', // at each target
  };
}

function lineOf(each: Collected): string {
  if ('missing' in each) return `${each.site}: missing. ${each.missing}`;
  return `${each.site}: ${(each.cents / 100).toFixed(2)}, ${each.files.map(({ name }) => name).join(', ')}`;
}

/** Whoever is done with one takes the next. */
async function threeAtOnce<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const lane = async () => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all([lane(), lane(), lane()]);
  return results;
}
