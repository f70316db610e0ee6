import type { Shape } from '../shape.js';

const text: Shape = { type: 'string' };
const flag: Shape = { type: 'boolean' };

const variables: Shape = {
  type: 'object',
  values: { type: 'object', closed: true, required: ['value'], properties: { value: text, description: text } },
};

const geolocation: Shape = {
  type: 'object',
  required: ['country'],
  properties: { country: text, city: text, state: text },
};

const proxies: Shape = {
  type: 'array',
  items: {
    type: 'object',
    required: ['type'],
    properties: {
      type: { type: 'string', enum: ['browserbase', 'external', 'none'] },
      domainPattern: text,
      geolocation,
      server: text,
      username: text,
      password: text,
    },
    rule: ({ type, server }) => (type === 'external' && server === undefined ? 'server is required' : undefined),
  },
};

const runWith = (proxy: Shape, newer: Readonly<Record<string, Shape>>): Shape => ({
  type: 'object',
  closed: true,
  required: ['task'],
  properties: {
    agentId: text,
    task: { type: 'string', minLength: 1 },
    resultSchema: { type: 'object' },
    browserSettings: {
      type: 'object',
      closed: true,
      properties: {
        context: { type: 'object', closed: true, required: ['id'], properties: { id: text, persist: flag } },
        proxies: proxy,
        verified: flag,
      },
    },
    variables,
    ...newer,
  },
});

/** The published start document's body, and nothing else. */
export const documentedRunShape = runWith(flag, {});

/** The same with the fields that newer sources add. */
export const runShape = runWith({ anyOf: [flag, proxies] }, { pauseWhen: text });

export const resumeShape: Shape = {
  type: 'object',
  closed: true,
  required: ['task'],
  properties: { task: { type: 'string', minLength: 1 }, variables },
};

export const releaseShape: Shape = {
  type: 'object',
  required: ['status'],
  properties: { projectId: text, status: { type: 'string', enum: ['REQUEST_RELEASE'] } },
};
