import type { Route } from '../call.js';
import { downloadRoutes } from './downloads.js';
import { runListRoutes } from './run-lists.js';
import { runRoutes } from './runs.js';
import { sessionRoutes } from './sessions.js';

/** What of Browserbase an agent run needs. */
export const browserbaseRoutes: readonly Route[] = [
  ...runListRoutes,
  ...runRoutes,
  ...downloadRoutes,
  ...sessionRoutes,
];
