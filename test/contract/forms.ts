import type { EndpointName } from '../../src/core/endpoints.js';
import { someSchema, secretValue } from './generate.js';
import { agentOf, type Sample, toInput, toWire } from './wire-form.js';

/** Forms that the tables don't lead to: several entries, limits switched off, references, newer fields, sessions. */
export function handMade(endpoint: EndpointName, sessionId: string): Sample[] {
  return forms[endpoint](sessionId).map(
    ({ name, parameters = {}, body = {}, extra, input = {}, session, beyondDocument }) => ({
      name,
      beyondDocument,
      agent: agentOf(endpoint, { ...toInput({ ...parameters, ...body, ...input }), ...(extra ? { extra } : {}) }),
      sent: {
        parameters: toWire(parameters),
        body: toWire({ ...body, ...extra }),
        session: session && toWire(session),
      },
    }),
  );
}

interface Form {
  name: string;
  parameters?: object;
  /** Given in the input and found in the start's body. */
  body?: object;
  /** Given in `extra` and found in the start's body. */
  extra?: object;
  /** Given in the input and not sent as it is. */
  input?: object;
  /** Found in the body of the session that Perdure opens. */
  session?: object;
  beyondDocument?: boolean;
}

const unlimited = { max_duration: -1, idle_timeout: -1 };
const customProxy = {
  type: 'custom',
  server: 'socks5://10.0.0.1:1080',
  username: 'ann',
  password: secretValue,
  active: false,
};
const anchorProxy = { type: 'anchor_proxy', active: true, country_code: 'de', region: 'by', city: 'Ulm' };
const profile = { profile: { name: 'finance', persist: true }, captcha_solver: { active: true } };

/** The sessions that Perdure opens in every form, for an endpoint's smallest input. */
function sessions(parameters: object, body: object): Form[] {
  const configs: [string, object][] = [
    ['no limits', { timeout: unlimited }],
    ['only an idle limit', { timeout: { idle_timeout: 100_000 } }],
    ["Anchor's proxy", { proxy: anchorProxy }],
    ["a proxy of the caller's", { proxy: customProxy }],
    ['a live view for one', { live_view: { read_only: true, one_time_url: true } }],
    ['no recording', { recording: { active: false } }],
    ['tags', { tags: ['team-a', 'run 7', 'größe'] }],
    ['a first page', { initial_url: 'https://example.com/a?b=c#d' }],
  ];
  const named = (name: string) => `a session with ${name}`;
  const rest = { browser: profile, integrations: [{ type: 'vault', token: secretValue }], identities: [{ id: 'i-1' }] };
  return [
    ...configs.map(([name, session]) => {
      return { name: named(name), parameters, body, input: { session }, session: { session } };
    }),
    {
      name: named('a profile, integrations and identities'),
      parameters,
      body,
      input: { session: rest },
      session: rest,
    },
    { name: named('nothing said'), parameters, body, input: { session: {} }, session: {} },
  ];
}

const prompt = { prompt: 'Read the invoice.' };

const forms: Record<EndpointName, (sessionId: string) => Form[]> = {
  'anchor.webTask': (sessionId) => [
    ...sessions({}, prompt),
    {
      name: "questions in a session of the caller's",
      parameters: { sessionId },
      body: { ...prompt, human_intervention: true },
    },
    { name: 'the newest agent', body: { ...prompt, agent: 'yutori' } },
    {
      name: 'a newer agent and a newer field',
      body: prompt,
      extra: { agent: 'next', directly_open_url: true },
      beyondDocument: true,
    },
    { name: 'two secrets', body: { ...prompt, secret_values: { A: secretValue, 'b-c': secretValue } } },
    { name: "a session of the provider's", body: prompt, input: { session: 'provider' } },
    { name: 'a prompt in many scripts', body: { prompt: 'Größe – 数 – 🧾\n"quoted" \\ and %name%' } },
  ],
  'anchor.sessionAgent': () => [
    ...sessions({}, prompt),
    { name: 'a newer field', body: prompt, extra: { reasoning: 'high' } },
    { name: 'any provider', body: { ...prompt, provider: 'some-new-provider' } },
  ],
  'anchor.task': () => [
    ...sessions({ taskId: 't-1' }, { input_params: {} }),
    {
      name: 'literals and references beside each other',
      parameters: { taskId: 't-1' },
      body: { input_params: { 'File Name': 'a.pdf', Password: secretValue, empty: '' } },
    },
    {
      name: 'a version, and no check of the identity',
      parameters: { taskId: 't-1' },
      body: { input_params: {}, version: '3', identity_id: 'i-1', identity_skip_validation: true },
    },
    {
      name: "a session of the provider's, left standing",
      parameters: { taskId: 't-1' },
      body: { input_params: {}, cleanup_sessions: false },
      input: { session: 'provider' },
    },
  ],
  'anchor.namedTask': (sessionId) => [
    ...sessions({ taskName: 'web-scraper_2' }, {}),
    {
      name: 'several inputs, one of them a secret',
      parameters: { taskName: 'a' },
      body: { inputs: { ANCHOR_USER: 'ann', ANCHOR_PASSWORD: secretValue, ANCHOR_: '' } },
    },
    {
      name: "a configuration beside a session of the caller's",
      parameters: { taskName: 'A-1' },
      body: { sessionId, overrideBrowserConfiguration: { timeout: unlimited, tags: ['a', 'b'], proxy: customProxy } },
    },
    {
      name: 'a configuration that becomes the session',
      parameters: { taskName: '_' },
      input: { overrideBrowserConfiguration: { timeout: unlimited, tags: ['a', 'b'], proxy: anchorProxy } },
      session: { session: { timeout: unlimited, tags: ['a', 'b'], proxy: anchorProxy } },
    },
  ],
  'browserbase.agentRun': () => [
    { name: 'one letter', body: { task: 't' } },
    { name: 'no mark', body: { task: 'Read it.' }, input: { mark: 'off' } },
    { name: 'no mark and a schema', body: { task: 'Read it.', resultSchema: someSchema }, input: { mark: 'off' } },
    { name: 'when to pause', body: { task: 'Read it.', pauseWhen: 'a code is asked for' } },
    {
      name: 'proxies in a list',
      body: {
        task: 'Read it.',
        browserSettings: {
          proxies: [{ type: 'browserbase' }, { type: 'external', server: 'http://p:1', password: secretValue }],
        },
      },
    },
    {
      name: 'two variables, one described',
      body: {
        task: 'Log in as %user%.',
        variables: { user: { value: secretValue }, pw: { value: secretValue, description: 'at the login' } },
      },
    },
    { name: 'a newer field', body: { task: 'Read it.' }, extra: { model: 'next' }, beyondDocument: true },
  ],
};
