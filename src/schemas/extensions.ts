import type { EndpointName } from '../core/endpoints.js';

/** Something that Perdure types although the published start document does not have it. */
export interface Extension {
  endpoint: EndpointName;
  /** Where in the input, in the notation of paths: `browserSettings.proxies`. */
  path: string;
  /** A field of its own, a further value of a field, or a further type of a field. */
  adds: { field: true } | { value: string } | { type: string };
}

/** Fields newer than the published start documents; the contract test allows these and no others. */
export const extensions: readonly Extension[] = [
  { endpoint: 'anchor.webTask', path: 'agent', adds: { value: 'yutori' } },
  { endpoint: 'anchor.task', path: 'version', adds: { field: true } },
  { endpoint: 'anchor.task', path: 'identity_skip_validation', adds: { field: true } },
  { endpoint: 'browserbase.agentRun', path: 'pauseWhen', adds: { field: true } },
  { endpoint: 'browserbase.agentRun', path: 'browserSettings.proxies', adds: { type: 'array' } },
];

/** Fields that Perdure adds to an endpoint's input, and which no provider sees under these names. */
export const additions: Readonly<Record<EndpointName, readonly string[]>> = {
  'anchor.webTask': ['session', 'extra'],
  'anchor.sessionAgent': ['session', 'extra'],
  'anchor.task': ['session', 'extra'],
  'anchor.namedTask': ['session', 'extra'],
  'browserbase.agentRun': ['mark', 'extra'],
};
