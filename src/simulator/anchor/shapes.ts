import type { Shape } from '../shape.js';

const text: Shape = { type: 'string' };
const flag: Shape = { type: 'boolean' };
const whole: Shape = { type: 'integer' };
const texts: Shape = { type: 'object', values: text };

/** The country codes of the published legacy document. */
const countryCodes: readonly string[] = (
  'af al dz ad ao as ag ar am aw au at az bs bh bb by be bz bj bm bo ba br bg bf cm ca cv td cl co cg cr ci hr cu cy cz dk dm do ' +
  'ec eg sv ee et fo fi fr gf pf ga gm ge de gh gi gr gd gp gt gg gn gw gy ht hn hu is in ir iq ie il it jm jp jo kz kw kg lv lb ' +
  'ly li lt lu mk ml mt mq mr mx md mc me ma nl nz ni ng no pk pa py pe ph pl pt pr qa ro lc sm sa sn rs sc sl sk si so za kr es ' +
  'sr se ch sy st tw tj tg tt tn tr tc ua ae us uy uz ve ye'
).split(' ');

const agents = ['browser-use', 'openai-cua', 'gemini-computer-use', 'anthropic-cua', 'yutori'];

const agentFields: Readonly<Record<string, Shape>> = {
  prompt: text,
  agent: { type: 'string', enum: agents },
  model: text,
  detect_elements: flag,
  human_intervention: flag,
  max_steps: whole,
  highlight_elements: flag,
  output_schema: { type: 'object' },
};

/** `yutori` is taken as an agent too: the other published start documents name it. */
export const webTaskShape: Shape = {
  type: 'object',
  required: ['prompt'],
  properties: {
    ...agentFields,
    url: text,
    provider: { type: 'string', enum: ['openai', 'gemini', 'groq', 'azure', 'xai'] },
    secret_values: texts,
    async: flag,
  },
};

export const sessionAgentShape: Shape = {
  type: 'object',
  required: ['prompt'],
  properties: { ...agentFields, provider: text, secret_values: { type: 'object' } },
};

export const taskShape: Shape = {
  type: 'object',
  required: ['input_params'],
  properties: { input_params: texts, identity_id: text, session_id: text, cleanup_sessions: flag },
};

const anchorProxy: Shape = {
  type: 'object',
  required: ['active'],
  properties: {
    active: flag,
    type: { type: 'string', enum: ['anchor_proxy'] },
    country_code: { type: 'string', enum: countryCodes },
    region: text,
    city: text,
  },
  rule: ({ city, region }) => (city !== undefined && region === undefined ? 'city needs region' : undefined),
};

const customProxy: Shape = {
  type: 'object',
  required: ['type', 'server', 'username', 'password', 'active'],
  properties: {
    type: { type: 'string', enum: ['custom'] },
    server: text,
    username: text,
    password: text,
    active: flag,
  },
};

const sessionConfig: Shape = {
  type: 'object',
  properties: {
    initial_url: { type: 'string', format: 'uri' },
    tags: { type: 'array', items: text },
    recording: { type: 'object', properties: { active: flag } },
    proxy: { anyOf: [anchorProxy, customProxy] },
    timeout: { type: 'object', properties: { max_duration: whole, idle_timeout: whole } },
    live_view: { type: 'object', properties: { read_only: flag, one_time_url: flag } },
  },
};

export const namedTaskShape: Shape = {
  type: 'object',
  properties: {
    sessionId: { type: 'string', format: 'uuid' },
    async: flag,
    overrideBrowserConfiguration: sessionConfig,
    inputs: { ...texts, names: /^ANCHOR_/ },
    cleanupSessions: flag,
  },
};

export const sessionShape: Shape = {
  type: 'object',
  properties: {
    session: sessionConfig,
    browser: {
      type: 'object',
      properties: {
        profile: { type: 'object', properties: { name: text, persist: flag } },
        headless: { type: 'object', properties: { active: flag } },
      },
    },
    integrations: { type: 'array', items: { type: 'object' } },
    identities: { type: 'array', items: { type: 'object', required: ['id'], properties: { id: text } } },
  },
};

export const tagsShape: Shape = {
  type: 'object',
  required: ['tags'],
  properties: { tags: { type: 'array', items: text } },
};

/** `response` may be of any kind: what fits depends on the question. */
export const interventionShape: Shape = {
  type: 'object',
  required: ['response'],
  properties: { requestId: text },
};
