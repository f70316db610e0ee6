import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { type AgentSpec, anchor, browserbase, type EndpointInputs } from '../core/builders.js';
import { PerdureError } from '../core/errors.js';
import { secret } from '../core/secret.js';
import { agent, type agentInputs } from './agent.js';
import { parse } from './parse.js';

const uuid = '6f1d2c3b-0a4e-4c59-8a77-0d9b1f2e3a4c';

/** The error of an input, whatever its type: callers without types exist. */
function refusalOf(value: unknown): PerdureError {
  try {
    parse(agent, value, 'the agent');
  } catch (error) {
    if (error instanceof PerdureError) return error;
    throw error;
  }
  return expect.fail('the agent was accepted');
}

const webTask = (input: object) => ({ endpoint: 'anchor.webTask', input: { prompt: 'p', ...input } });
const namedTask = (input: object) => ({ endpoint: 'anchor.namedTask', input: { taskName: 'scrape', ...input } });
const agentRun = (input: object) => ({ endpoint: 'browserbase.agentRun', input: { task: 't', ...input } });

test('the schema makes exactly the type that the builders make', () => {
  expectTypeOf<z.output<typeof agent>>().toExtend<AgentSpec>();
  expectTypeOf<Exclude<AgentSpec, { endpoint: 'browserbase.agentRun' }>>().toExtend<z.output<typeof agent>>();
  // The type of a variable's value admits a text, so that its refusal can name the cure.
  expectTypeOf<Omit<EndpointInputs['browserbase.agentRun'], 'variables'>>().toExtend<
    Omit<z.output<(typeof agentInputs)['browserbase.agentRun']>, 'variables'>
  >();
});

test.each([
  anchor.webTask({ prompt: 'p', secret_values: { PW: secret('PORTAL_PW') }, session: 'provider' }),
  anchor.sessionAgent({ prompt: 'p', session: { browser: { profile: { name: 'a', persist: true } } } }),
  anchor.task({ taskId: 't1', input_params: { 'File Name': 'a.pdf', Token: secret('env:TOKEN') } }),
  anchor.namedTask({ taskName: 'scrape_1', sessionId: uuid, inputs: { ANCHOR_USER: 'ann' }, cleanupSessions: false }),
  browserbase.agentRun({ task: 't', variables: { pw: { value: secret('PW') } }, pauseWhen: 'a login is asked for' }),
])('$endpoint comes out as its builder made it', (spec) => {
  expect(parse(agent, spec, 'the agent')).toEqual(spec);
});

test.each<[string, unknown, string]>([
  ['secret_values', webTask({ secret_values: { PW: 'hunter2-literal' } }), 'input.secret_values.PW'],
  ['a variable', agentRun({ variables: { pw: { value: 'hunter2-literal' } } }), 'input.variables.pw.value'],
  [
    'a proxy password',
    webTask({
      session: {
        proxy: { type: 'custom', server: 'http://p:1', username: 'u', password: 'hunter2-literal', active: true },
      },
    }),
    'input.session.proxy.password',
  ],
  [
    'the password of a proxy in a list',
    agentRun({ browserSettings: { proxies: [{ type: 'external', password: 'hunter2-literal' }] } }),
    'input.browserSettings.proxies[0].password',
  ],
  [
    'an integration',
    webTask({ session: { integrations: [{ type: 'vault', apiKey: 'hunter2-literal' }] } }),
    'input.session.integrations[0].apiKey',
  ],
  ['extra', webTask({ extra: { login: { passphrase: 'hunter2-literal' } } }), 'input.extra.login.passphrase'],
])('a literal secret in %s is refused with the cure and not shown', (_, value, path) => {
  const error = refusalOf(value);
  expect(error).toMatchObject({ code: 'bad-input' });
  expect(error.message).toContain(`${path}: expected secret('NAME'), got a text ‹hidden›`);
  expect(error.hint).toContain("write secret('NAME')");
  expect(`${error.message}${error.hint}${String(error.cause)}`).not.toContain('hunter2');
});

test.each<[string, unknown, string, string?]>([
  [
    'async: false',
    webTask({ async: false }),
    'input.async: expected true, or nothing, got false',
    'watched nor recovered',
  ],
  ['async: false of a named task', namedTask({ async: false }), 'input.async:', 'watched nor recovered'],
  [
    'a session beside sessionId',
    webTask({ session: {}, sessionId: 's' }),
    'input.session:',
    'leave one of the two out',
  ],
  ["'provider' beside sessionId", webTask({ session: 'provider', sessionId: 's' }), 'input.session:'],
  [
    "'provider' for the session's agent",
    { endpoint: 'anchor.sessionAgent', input: { prompt: 'p', session: 'provider' } },
    'input.session: expected a session configuration',
    'give session_id, or let Perdure open one',
  ],
  [
    'two configurations of one session',
    namedTask({ session: {}, overrideBrowserConfiguration: {} }),
    'input.session: expected no session beside overrideBrowserConfiguration',
  ],
  [
    'a task name with a slash',
    namedTask({ taskName: 'a/b' }),
    "input.taskName: expected a name of letters, digits, '_' and '-'",
  ],
  [
    'another input name',
    namedTask({ inputs: { USER: 'a' } }),
    "input.inputs.USER: the name must be one that begins with 'ANCHOR_'",
  ],
  [
    'a legacy session that is no UUID',
    namedTask({ sessionId: 's-1' }),
    'input.sessionId: expected a UUID, got the text "s-1"',
  ],
  ['a path in an id', webTask({ sessionId: '..' }), 'input.sessionId: expected an id'],
  [
    'a city without region',
    webTask({ session: { proxy: { active: true, city: 'Ulm' } } }),
    'input.session.proxy.region:',
  ],
  [
    'a country that is not in the list',
    webTask({ session: { proxy: { active: true, country_code: 'US' } } }),
    '(145 in all) (did you mean \'us\'?), got the text "US"',
  ],
  [
    'no minutes',
    webTask({ session: { timeout: { idle_timeout: 0 } } }),
    'input.session.timeout.idle_timeout: expected whole minutes',
  ],
  ['half minutes', webTask({ session: { timeout: { max_duration: 1.5 } } }), 'input.session.timeout.max_duration:'],
  ['minutes below -1', webTask({ session: { timeout: { max_duration: -2 } } }), 'input.session.timeout.max_duration:'],
  ['a tag like a mark', webTask({ session: { tags: ['perdure-x'] } }), 'input.session.tags[0]:', 'its own sessions'],
  [
    'a password in an address',
    webTask({ url: 'https://ann:hunter2@example.com' }),
    'input.url: expected an address without user and password, got a text ‹hidden›',
  ],
  ['a blank prompt', webTask({ prompt: ' ' }), 'input.prompt: expected a text that is not empty'],
  [
    'a secret in the prompt',
    webTask({ prompt: secret('PW') }),
    'input.prompt: expected a text, got a secret reference',
    'secret_values',
  ],
  ['a secret whose name is no name', webTask({ secret_values: { PW: secret('my p@ss') } }), 'input.secret_values.PW:'],
  [
    'a secret in a prompt newer than Perdure',
    webTask({ extra: { agent_options: { system_message: secret('PW') } } }),
    'input.extra.agent_options:',
    'secret_values or variables',
  ],
  ['a secret in a schema', webTask({ output_schema: { const: secret('PW') } }), 'input.output_schema.const:', 'agent'],
  ['async in extra', webTask({ extra: { async: false } }), 'input.extra.async:', 'watched nor recovered'],
  [
    'sync in extra',
    { endpoint: 'anchor.task', input: { taskId: 't', input_params: {}, extra: { sync: true } } },
    'input.extra.sync:',
  ],
  ['a session id in extra', webTask({ extra: { session_id: 's' } }), 'input.extra.session_id:', 'typed field'],
  ['secrets in extra', webTask({ extra: { secret_values: { PW: 'x' } } }), 'input.extra.secret_values:'],
  ['a given field again in extra', webTask({ model: 'a', extra: { model: 'b' } }), 'input.extra.model:', 'sent twice'],
  ['the marked schema in extra', agentRun({ extra: { resultSchema: {} } }), 'input.extra.resultSchema:'],
  [
    'what JSON lacks',
    webTask({ session: { browser: { when: new Date(0) } } }),
    'input.session.browser.when: expected a JSON value, got a Date',
  ],
  ['an endpoint that is none', { endpoint: 'anchor.webtask', input: {} }, "(did you mean 'anchor.webTask'?)"],
  [
    'an input too large for Temporal',
    webTask({ prompt: 'x'.repeat(1_100_000) }),
    'input: expected at most 1.0 MiB as JSON, got an object',
  ],
])('%s is refused with its path and reason', (_, value, message, hint = '') => {
  const error = refusalOf(value);
  expect(error.message).toContain(message);
  expect(error.hint ?? '').toContain(hint);
});

test('a value newer than Perdure can be sent through extra when its field is left out', () => {
  const spec = anchor.webTask({ prompt: 'p', extra: { agent: 'next-year', directly_open_url: true } });
  expect(parse(agent, spec, 'the agent')).toEqual(spec);
});

test('references to secrets may stand anywhere in what is sent as it is', () => {
  const spec = anchor.webTask({ prompt: 'p', session: { integrations: [{ token: { $secret: 'OP_TOKEN' } }] } });
  expect(parse(agent, spec, 'the agent')).toEqual(spec);
});

test('a circle in what is sent as it is ends in a refusal', () => {
  const circle: Record<string, unknown> = {};
  circle.inner = circle;
  expect(refusalOf(webTask({ session: { browser: circle } })).message).toContain('at most 64 levels');
});
