import { randomBytes } from 'node:crypto';

/** A secret of which the canary knows the value. */
export interface KnownSecret {
  /** The name that runs refer to it by. */
  readonly name: string;
  readonly value: string;
}

/** By name, what a value looks like around its random part: with all that programs escape. */
const shapes: Readonly<Record<string, (random: string) => string>> = {
  CANARY_WEB_PASSWORD: (random) => `pä"ss\\${random}/+&=`,
  CANARY_PROXY_USER: (random) => `user-${random}`,
  CANARY_PROXY_PASSWORD: (random) => `p@ss word:${random}/?#`,
  CANARY_AGENT_KEY: (random) => `-----BEGIN KEY-----\n${random}\n-----END KEY-----`,
  CANARY_AGENT_PROXY: (random) => `${random}%41+~`,
  CANARY_TASK_TOKEN: (random) => `tok_${random}`,
  CANARY_INPUT: (random) => `<b>${random}</b>'&`,
  CANARY_OVERRIDE_USER: (random) => `team|${random}`,
  CANARY_OVERRIDE_PASSWORD: (random) => `{"pass":"${random}"}`,
  CANARY_CARD: (random) => `4111-${random}-1111`,
  CANARY_LIST_PASSWORD: (random) => `日本${random}語`,
  'file:portal/pin': (random) => `\t${random} `,
  ANCHORBROWSER_API_KEY: (random) => `sk-anchor/${random}+a=`,
  BROWSERBASE_API_KEY: (random) => `bb_live_${random}`,
};

const inFile = 'file:';

/** Makes the values, which differ from time to time. */
export function makeSecrets(): ReadonlyMap<string, KnownSecret> {
  return new Map(Object.entries(shapes).map(([name, shape]) => [name, { name, value: shape(randomPart()) }]));
}

/** A value that is no secret, with all that programs escape: what the search has to find. */
export function makeControl(): KnownSecret {
  return { name: 'control', value: `con"tröl\\${randomPart()}/+&=` };
}

/** The environment and the files that a worker finds the values in. */
export function placesOf(secrets: Iterable<KnownSecret>): { env: Record<string, string>; files: Map<string, string> } {
  const env: Record<string, string> = {};
  const files = new Map<string, string>();
  for (const { name, value } of secrets) {
    if (name.startsWith(inFile)) files.set(name.slice(inFile.length), value);
    else env[name] = value;
  }
  return { env, files };
}

function randomPart(): string {
  return randomBytes(12).toString('hex');
}
