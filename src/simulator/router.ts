import type { ProviderName } from '../core/endpoints.js';
import type { Route } from './call.js';

/** A route that a request goes to, with the parts of its path. */
export interface Destination {
  readonly provider: ProviderName;
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

interface Compiled {
  readonly route: Route;
  readonly parts: readonly string[];
}

/** Finds routes by method and path. */
export class Router {
  readonly #compiled: Readonly<Record<ProviderName, readonly Compiled[]>>;

  constructor(routes: Readonly<Record<ProviderName, readonly Route[]>>) {
    const compile = (list: readonly Route[]) => list.map((route) => ({ route, parts: route.path.split('/') }));
    this.#compiled = { anchor: compile(routes.anchor), browserbase: compile(routes.browserbase) };
  }

  find(provider: ProviderName, method: string, path: string): Destination | undefined {
    const parts = path.split('/');
    for (const { route, parts: wanted } of this.#compiled[provider]) {
      if (route.method !== method || wanted.length !== parts.length) continue;
      const params = fit(wanted, parts);
      if (params) return { provider, route, params };
    }
    return undefined;
  }
}

function fit(wanted: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const want = wanted[index] ?? '';
    if (want.startsWith(':') && part !== '') params[want.slice(1)] = decoded(part);
    else if (want !== part) return undefined;
  }
  return params;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
