import { expect, test } from 'vitest';
import { ownSessionBody } from './own-session.js';

const minutes = 60_000;
const terms = { mark: 'perdure-test-mark', lastsMs: 90 * minutes };

test.each([
  { what: 'an agent that may ask outlives its run', given: undefined, asks: true, max: 92, idle: 92 },
  {
    what: 'a time-out that no person outlives is raised where the agent may ask',
    given: 5,
    asks: true,
    max: 92,
    idle: 92,
  },
  { what: 'a longer one stays', given: 500, asks: true, max: 500, idle: 500 },
  { what: 'no time-out stays none', given: -1, asks: true, max: -1, idle: -1 },
  { what: 'the idle time of an agent that never asks is the caller’s', given: 5, asks: false, max: 92, idle: 5 },
])('a session of ours: $what', ({ given, asks, max, idle }) => {
  const timeout = given === undefined ? undefined : { max_duration: given, idle_timeout: given };
  const body = ownSessionBody({ ...(timeout && { timeout }) }, { ...terms, asks });
  expect(body.session?.timeout).toEqual({ max_duration: max, idle_timeout: idle });
});
