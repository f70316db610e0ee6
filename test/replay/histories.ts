import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundle } from '@temporalio/worker';
import { observingPaths } from '../../src/worker/workflow-bundle.js';

const folder = path.join(import.meta.dirname, 'histories');

/** The recorded histories of every version, by their files. */
export const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.json'),
);

interface Payloads {
  payloads?: { data?: string }[];
}

/** An event as the file has it, as far as tests look at it. */
interface RecordedEvent {
  workflowExecutionStartedEventAttributes?: { workflowType: { name: string } };
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  markerRecordedEventAttributes?: { markerName: string; details: Record<string, Payloads> };
}

/** What stands in a file. */
export function read(file: string): string {
  return readFileSync(path.join(folder, file), 'utf8');
}

function eventsOf(file: string): RecordedEvent[] {
  const { history } = JSON.parse(read(file)) as { history: { events: RecordedEvent[] } };
  return history.events;
}

/** The type of the workflow that a history is of. */
export function typeOf(file: string): string {
  return eventsOf(file)[0]?.workflowExecutionStartedEventAttributes?.workflowType.name ?? '';
}

/** The activities of a history, local ones among them. */
export function activitiesOf(file: string): string[] {
  return eventsOf(file)
    .flatMap((event) => [
      event.activityTaskScheduledEventAttributes?.activityType.name ?? [],
      markersOf(event, 'core_local_activity').map(({ activity_type: type }) => String(type)),
    ])
    .flat(2);
}

/** The changes that a history was begun with, or came to, and that stand in it. */
export function patchesOf(file: string): string[] {
  return eventsOf(file).flatMap((event) => markersOf(event, 'core_patch').map(({ id }) => String(id)));
}

function markersOf({ markerRecordedEventAttributes: marker }: RecordedEvent, name: string): Record<string, unknown>[] {
  if (marker?.markerName !== name) return [];
  return Object.values(marker.details)
    .flatMap(({ payloads = [] }) => payloads)
    .filter(({ data }) => data)
    .map(({ data = '' }) => JSON.parse(Buffer.from(data, 'base64').toString()) as unknown)
    .filter((value) => typeof value === 'object' && value !== null)
    .map((value) => ({ ...value }));
}

/** Bundles a file of the fixtures. */
export function bundle(name: string): Promise<WorkflowBundle> {
  return bundleWorkflowCode({
    workflowsPath: path.join(import.meta.dirname, 'fixtures', name),
    workflowInterceptorModules: observingPaths,
    logger: new DefaultLogger('ERROR', () => undefined),
  });
}

/** Replays a history. Throws where it leads its workflow elsewhere. */
export async function replay(file: string, workflowBundle: { code: string }): Promise<void> {
  const { workflowId, history } = JSON.parse(read(file)) as { workflowId: string; history: unknown };
  await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
}
