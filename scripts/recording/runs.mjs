import { anchor, browserbase } from 'perdure';
import { save } from './history-file.mjs';

const url = 'https://example.com';

/** Each way a run may go: its agent, how the provider behaves, and what a person does meanwhile. */
export const runs = {
  'anchor.webTask': { agent: (text) => anchor.webTask({ prompt: text, url }) },
  'anchor.sessionAgent': { agent: (text) => anchor.sessionAgent({ prompt: text }) },
  'anchor.task': { agent: (text) => anchor.task({ taskId: 'task-1', input_params: { Note: text } }) },
  'anchor.namedTask': { agent: (text) => anchor.namedTask({ taskName: 'invoices', inputs: { ANCHOR_NOTE: text } }) },
  'browserbase.agentRun': { agent: (text) => browserbase.agentRun({ task: text }) },
  'failed-at-the-provider': {
    agent: (text) => browserbase.agentRun({ task: text }),
    script: (script) => script.fails('The shop is closed.'),
  },
  'cancelled-at-anchor': { agent: (text) => anchor.webTask({ prompt: text, url }), script: neverEnds, during: cancel },
  'cancelled-at-browserbase': {
    agent: (text) => browserbase.agentRun({ task: text }),
    script: neverEnds,
    during: cancel,
  },
  'deadline-passed': {
    agent: (text) => browserbase.agentRun({ task: text }),
    script: neverEnds,
    options: { deadline: '2 min' },
  },
  'question-answered': {
    agent: (text) => anchor.webTask({ prompt: text, url, human_intervention: true }),
    script: (script) => script.asks({ kind: 'text', message: 'Which account?', after: '5 s' }),
    during: answer,
  },
  'question-escalated': {
    agent: (text) => anchor.webTask({ prompt: text, url, human_intervention: true }),
    script: (script) => script.asks({ kind: 'confirm', message: 'Pay?', after: '5 s' }),
    options: { questions: { assignees: ['ann'], deadline: '10 min', escalate: [{ after: '5 min', to: ['lead'] }] } },
  },
  'question-claimed': {
    agent: (text) => anchor.webTask({ prompt: text, url, human_intervention: true }),
    script: (script) => script.asks({ kind: 'text', message: 'Which code?', after: '5 s', patience: '20 min' }),
    options: { questions: { direct: true } },
    during: claim,
  },
  'refused-then-accepted': {
    agent: (text) => browserbase.agentRun({ task: text }),
    script: (script) => script.meets({ kind: '429', on: 'start', retryAfter: 5 }),
  },
  'found-again': {
    agent: (text) => browserbase.agentRun({ task: text }),
    script: (script) => script.losesReplyToStart(),
  },
  'looked-for-later': {
    agent: (text) => browserbase.agentRun({ task: text }),
    script: (script) => script.meets({ kind: 'reset-before', on: 'start' }),
    options: { effect: 'read' },
  },
  'unknown-start': {
    agent: (text) => anchor.webTask({ prompt: text, url }),
    script: (script) => script.losesReplyToStart(),
  },
};

function neverEnds(script) {
  script.neverEnds();
}

async function cancel({ t, run, text }) {
  if ((await run.status()).status !== 'running') await t.simulator.next({ on: 'status', text, phase: 'replied' });
  await run.cancel();
}

async function answer({ t, run }) {
  await t.answer(await t.nextQuestion(run), 'the second', { by: 'ann' });
}

/** Claims a question and says nothing more: the agent goes on by itself. */
async function claim({ t, run }) {
  await t.perdure.claim((await t.nextQuestion(run)).id, { by: 'ann' });
}

export async function record(t, name) {
  const { agent, script = () => {}, during = () => {}, options } = runs[name];
  const text = `case ${name}`;
  script(t.simulator.on('*', { text }).lasts('1 min').returns({ total: 12 }));
  const run = await t.perdure.start({ key: name, agent: agent(text), ...options });
  await during({ t, run, text });
  const { attempts } = await run.outcome();
  // A machine that is too slow for its timings leaves histories of something else.
  if (attempts.some(({ error }) => error?.code === 'start-expired')) throw new RangeError(`${name}: try again`);
  await save(t, name, run.workflowId);
}
