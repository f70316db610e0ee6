import type { EndpointName } from '../../../src/core/endpoints.js';
import type { Phase } from '../../../src/simulator/hook.js';
import type { Operation } from '../../../src/simulator/operation.js';
import { programOf, type Scenario, type Variant } from './scenario.js';

type Row = readonly [strikes: Scenario['strikes'], endpoint: EndpointName, when: string, variant?: Variant];

const webTask = 'anchor.webTask';
const blocking = 'anchor.sessionAgent';
const agentRun = 'browserbase.agentRun';
const asks = { asks: true };
const stopped = { never: true, cancel: { on: 'status', phase: 'replied', nth: 1 } } as const;
const lost = { fault: { kind: 'reply-lost', on: 'start' }, decide: 'give-up' } as const;
const read = { effect: 'read' } as const;

/** In the words of `when`: `operation phase` is a request at an instant, `name:before` and `name:after` a worker's point. */
const rows: readonly Row[] = [
  ['worker', webTask, 'session.create received'],
  ['worker', webTask, 'session.create effected'],
  ['worker', webTask, 'session.create replied'],
  ['worker', webTask, 'perdureStart:before', { decide: 'again' }],
  ['worker', webTask, 'start:before', { decide: 'again' }],
  ['worker', agentRun, 'start:before', { decide: 'again' }],
  ['worker', webTask, 'start received', { decide: 'give-up' }],
  ['worker', agentRun, 'start received'],
  ['worker', webTask, 'start effected', { decide: 'give-up' }],
  ['worker', agentRun, 'start effected'],
  ['worker', 'anchor.task', 'start effected', { decide: 'again' }],
  ['worker', 'anchor.namedTask', 'start effected', read],
  ['worker', blocking, 'start effected', { decide: 'give-up' }],
  ['worker', blocking, 'start received', read],
  ['worker', webTask, 'start replied', { decide: 'give-up' }],
  ['worker', agentRun, 'start replied', read],
  ['worker', webTask, 'perdureStart:after', read],
  ['worker', agentRun, 'perdureStart:after'],
  ['worker', agentRun, 'list received', lost],
  ['worker', agentRun, 'perdureFind:after', lost],
  ['worker', webTask, 'perdureFence:before', lost],
  ['worker', webTask, 'perdureFence:after', lost],
  ['worker', agentRun, 'status received'],
  ['worker', webTask, 'status replied'],
  ['worker', agentRun, 'statusMany:after'],
  ['worker', webTask, 'perdureLook:before'],
  ['worker', agentRun, 'perdureLook:after'],
  ['worker', agentRun, 'answer received', asks],
  ['worker', webTask, 'answer effected', asks],
  ['worker', agentRun, 'answer effected', asks],
  ['worker', webTask, 'answer replied', asks],
  ['worker', agentRun, 'perdureAnswer:after', asks],
  ['worker', webTask, 'perdureFinish:before'],
  ['worker', agentRun, 'read:after'],
  ['worker', agentRun, 'stop received', stopped],
  ['worker', agentRun, 'stop effected', stopped],
  ['worker', agentRun, 'stop replied', stopped],
  ['worker', webTask, 'session.end received'],
  ['worker', webTask, 'session.end effected', stopped],
  ['worker', webTask, 'session.end replied'],
  ['worker', webTask, 'session.get received'],
  ['worker', webTask, 'perdureFinish:after', stopped],
  ['sleep', agentRun, 'perdureStart:before', read],
  ['sleep', webTask, 'perdureStart:before', { decide: 'again' }],
  ['sleep', webTask, 'openSession:after', { decide: 'again' }],
  ['server', agentRun, 'start effected'],
  ['server', webTask, 'status received'],
  ['server', webTask, 'answer effected', asks],
  ['server', agentRun, 'stop effected', stopped],
  ['server', webTask, 'session.end received'],
];

/** Every point at which the worker, then the server, is struck. */
export const scenarios: readonly Scenario[] = rows.map(([strikes, endpoint, when, variant = {}], index) => ({
  name: `${strikes} at ${when} of ${endpoint}`,
  strikes,
  when: whenOf(when),
  program: programOf(index, endpoint, variant),
}));

function whenOf(when: string): Scenario['when'] {
  const [on, phase] = when.split(' ');
  if (phase === undefined) return { point: when };
  return { request: { on: on as Operation, phase: phase as Phase, nth: 1 } };
}
