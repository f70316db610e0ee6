import { createRoute, type RouteConfig, z } from '@hono/zod-openapi';
import { errorBody } from './schemas.js';

const refusals = {
  400: 'What was sent does not fit.',
  401: 'There is no token, or one that nobody has.',
  403: 'Whoever has the token may not do this.',
  404: 'There is no such thing in this deployment.',
  409: 'It is in another state than this needs; `key-taken` and `answer-refused` say how.',
  413: 'The body is larger than 256 KiB.',
  429: 'Too many wrong tokens came from there.',
  503: 'Temporal or the workers are away.',
  504: 'Temporal or the workers did not answer in time.',
} as const;

type Refusals = {
  [S in keyof typeof refusals]: { description: string; content: ReturnType<typeof json<typeof errorBody>> };
};

/** A body of JSON. */
export function json<S extends z.ZodType>(schema: S) {
  return { 'application/json': { schema } };
}

/** A route with everything that can go wrong with it. */
export function documented<R extends Omit<RouteConfig, 'responses' | 'security'>, A extends RouteConfig['responses']>(
  route: R,
  answers: A,
) {
  const content = json(errorBody);
  const refused = Object.fromEntries(
    Object.entries(refusals).map(([status, description]) => [status, { description, content }]),
  ) as Refusals;
  return createRoute({ ...route, security: [{ token: [] }], responses: { ...refused, ...answers } } as const);
}
