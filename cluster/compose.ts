import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { ClusterError } from './cluster-error.js';

/** A folder of the repository, from `dist/cluster` as from the sources. */
export function inRepository(name: string): string {
  const up = import.meta.url.includes('/dist/cluster/') ? '../../' : '../';
  return fileURLToPath(new URL(`${up}${name}`, import.meta.url));
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const service = z.object({
  image: z.string(),
  environment: z.record(z.string(), scalar).default({}),
  command: z.array(scalar).default([]),
});
const file = z.object({ services: z.record(z.string(), service) });

/** What of a service of `docker-compose.yml` does not depend on containers. */
export type ComposeService = z.output<typeof service>;

/** The services of `docker-compose.yml`, so that what is run here is what the file says. */
export class Compose {
  readonly #services: Record<string, ComposeService>;

  /** The text is that of the repository's file unless one is given; variables stand for those of `.env`. */
  constructor(
    private readonly variables: Readonly<Record<string, string>>,
    text = readFileSync(inRepository('docker-compose.yml'), 'utf8'),
  ) {
    this.#services = file.parse(parse(text, { merge: true })).services;
  }

  /** A service with its variables filled in. */
  service(name: string): ComposeService {
    const found = this.#services[name];
    if (!found) throw new ClusterError(`docker-compose.yml has no service '${name}'.`);
    const environment = Object.entries(found.environment).map(([key, value]) => [key, this.#fill(value)]);
    return { ...found, environment: Object.fromEntries(environment) as Record<string, string> };
  }

  /** The version that the image of a service is pinned to. */
  version(name: string): string {
    const [, tag] = /:([^:/]+)$/.exec(this.service(name).image) ?? [];
    if (tag !== undefined) return tag;
    throw new ClusterError(`The image of '${name}' in docker-compose.yml is not pinned.`);
  }

  #fill(value: string): string {
    return value.replace(/\$\{([A-Z_]+)[^}]*\}/g, (_, name: string) => {
      const given = this.variables[name];
      if (given === undefined) throw new ClusterError(`docker-compose.yml needs ${name}, which the cluster has not.`);
      return given;
    });
  }
}
