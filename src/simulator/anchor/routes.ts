import type { Route } from '../call.js';
import { downloadRoutes } from './downloads.js';
import { interventionRoutes } from './interventions.js';
import { namedTaskRoutes } from './named-tasks.js';
import { sessionAgentRoutes } from './session-agent.js';
import { sessionListRoutes } from './session-lists.js';
import { sessionRoutes } from './sessions.js';
import { taskRoutes } from './tasks.js';
import { webTaskRoutes } from './web-task.js';

/** All of Anchor; a fixed path stands before one with a parameter in its place. */
export const anchorRoutes: readonly Route[] = [
  ...webTaskRoutes,
  ...taskRoutes,
  ...namedTaskRoutes,
  ...sessionListRoutes,
  ...interventionRoutes,
  ...sessionAgentRoutes,
  ...downloadRoutes,
  ...sessionRoutes,
];
