import { expect, test } from 'vitest';
import { anchor, browserbase } from '../../src/core/builders.js';
import { secret } from '../../src/core/secret.js';
import { perdureTest } from '../../src/testing/perdure-test.js';

const values: Record<string, string> = {
  SITE_PASSWORD: 'correct-horse-battery-staple',
  CARD_NUMBER: '4111-1111-1111-1234',
  INPUT_TOKEN: 'tok_live_51Habcdefghijk',
  PROXY_PASSWORD: 'proxy-pa55-word-of-mine',
};

test('no secret that a run uses is ever in its history, its outcome or on the screen (fault matrix 12: canary secrets)', async () => {
  const written: string[] = [];
  const restore = [process.stdout, process.stderr].map((stream) => {
    const { write } = stream;
    stream.write = (chunk: string | Uint8Array) => {
      written.push(String(chunk));
      return true;
    };
    return () => {
      stream.write = write;
    };
  });
  const resolve = (name: string) => Promise.resolve(values[name.replace(/^env:/, '')]);
  const t = await perdureTest({ time: 'real', secrets: { resolve } });
  const proxy = {
    type: 'custom',
    server: 'http://proxy.example:3128',
    username: 'me',
    password: secret('PROXY_PASSWORD'),
    active: true,
  } as const;
  const agents = [
    anchor.webTask({
      prompt: 'Log in.',
      session: { proxy },
      secret_values: { password: secret('SITE_PASSWORD') },
    }),
    anchor.sessionAgent({ prompt: 'Log in.', secret_values: { password: secret('SITE_PASSWORD') } }),
    anchor.task({ taskId: 'task-1', input_params: { Token: secret('INPUT_TOKEN') } }),
    anchor.namedTask({ taskName: 'pay', inputs: { ANCHOR_TOKEN: secret('INPUT_TOKEN') } }),
    browserbase.agentRun({ task: 'Pay with %card%.', variables: { card: { value: secret('CARD_NUMBER') } } }),
  ];
  try {
    t.simulator.fault({ kind: '5xx-before', on: 'status', times: 3 });
    const runs = await Promise.all(agents.map((agent) => t.perdure.start({ key: agent.endpoint, agent })));
    const outcomes = await Promise.all(runs.map((run) => run.outcome()));
    expect(outcomes.map(({ status }) => status)).toEqual(agents.map(() => 'completed'));
    const sent = JSON.stringify(t.ledger.requests());
    for (const value of Object.values(values)) expect(sent).toContain(value);
    const histories = await Promise.all(
      runs.map(({ workflowId }) => t.client.workflow.getHandle(workflowId).fetchHistory()),
    );
    const places = { histories: decoded(histories), outcomes: JSON.stringify(outcomes), screen: written.join('') };
    for (const [place, text] of Object.entries(places)) {
      for (const [name, value] of Object.entries(values)) {
        const forms = [value, ...base64Forms(value), encodeURIComponent(value)];
        expect(forms.filter((form) => text.includes(form)).map(() => `${name} in ${place}`)).toEqual([]);
      }
    }
    expect(places.histories).toContain('SITE_PASSWORD');
  } finally {
    for (const undo of restore) undo();
    await t.close();
  }
});

/** Histories as text: as they are carried, and with their payloads read. */
function decoded(histories: unknown): string {
  const payloads: string[] = [];
  const carried = JSON.stringify(histories, (key, value: unknown) => {
    if (key === 'data' && typeof value === 'string') payloads.push(Buffer.from(value, 'base64').toString('utf8'));
    return value;
  });
  return [carried, ...payloads].join('\n');
}

/** A value in base64 at each of the three places that it can begin at in a longer text, without its ragged ends. */
function base64Forms(value: string): string[] {
  return [0, 1, 2].map((shift) => {
    const text = Buffer.from(`${'x'.repeat(shift)}${value}`).toString('base64');
    return text.slice(shift === 0 ? 0 : 4, -4);
  });
}
