/** The five start endpoints, in the form `<provider>.<builder>`. */
export const endpointNames = [
  'anchor.webTask',
  'anchor.sessionAgent',
  'anchor.task',
  'anchor.namedTask',
  'browserbase.agentRun',
] as const;

/** One of the five start endpoints, in the form `<provider>.<builder>`. */
export type EndpointName = (typeof endpointNames)[number];

/** The providers that Perdure knows. */
export const providerNames = ['anchor', 'browserbase'] as const;

/** The name of a provider. */
export type ProviderName = (typeof providerNames)[number];

/** What an endpoint can do; workflows decide by these flags, never by a provider's name. */
export interface EndpointFlags {
  /** The start call itself lasts as long as the run. */
  readonly blockingStart: boolean;
  /** What has to be ended to stop a run. */
  readonly canStop: 'run' | 'session' | 'none';
  /** How a run, or its session, is found again when the answer to its start was lost. */
  readonly canFind: 'byText' | 'byTag' | 'none';
  /** Whether Perdure opens, and therefore ends, a session for the run. */
  readonly ownsSession: boolean;
  /** How the agent asks a person. */
  readonly canAsk: 'queue' | 'pause' | 'none';
  /** Whether the provider's successful status already says that the agent succeeded. */
  readonly completedMeansSuccess: boolean;
}

const inSession = { canStop: 'session', canFind: 'byTag', ownsSession: true } as const;

/** The flags of each endpoint. */
export const endpointFlags: Readonly<Record<EndpointName, EndpointFlags>> = {
  'anchor.webTask': { ...inSession, blockingStart: false, canAsk: 'queue', completedMeansSuccess: false },
  'anchor.sessionAgent': { ...inSession, blockingStart: true, canAsk: 'queue', completedMeansSuccess: false },
  'anchor.task': { ...inSession, blockingStart: false, canAsk: 'queue', completedMeansSuccess: true },
  'anchor.namedTask': { ...inSession, blockingStart: false, canAsk: 'none', completedMeansSuccess: true },
  'browserbase.agentRun': {
    blockingStart: false,
    canStop: 'run',
    canFind: 'byText',
    ownsSession: false,
    canAsk: 'pause',
    completedMeansSuccess: false,
  },
};

/** The provider that an endpoint belongs to. */
export function providerOf(endpoint: EndpointName): ProviderName {
  return endpoint === 'browserbase.agentRun' ? 'browserbase' : 'anchor';
}

/** The providers' public servers. */
export const publicServers: Readonly<Record<ProviderName, string>> = {
  anchor: 'https://api.anchorbrowser.io',
  browserbase: 'https://api.browserbase.com',
};
