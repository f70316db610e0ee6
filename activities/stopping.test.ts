import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import type { ReadingState } from '../src/core/reading.js';
import type { Ending, EndpointDriver } from '../src/providers/provider.js';
import { stopFound } from './stop-found.js';
import { Stopping } from './stopping.js';

const handle = { generation: 1, mark: 'mark', runId: 'run', ownsSession: false };
const call = { timeoutMs: 1_000 };
const backoff = { first: 1, max: 60_000 };

/** A provider that hears stops as `heard` says, and shows the run in these states, the last for ever; counts the stops. */
function provider({ heard, shows }: { heard: boolean[]; shows: ReadingState[] }) {
  const stops: boolean[] = [];
  const driver = {
    stop: () => {
      stops.push(heard[stops.length] ?? true);
      return Promise.resolve(stops.at(-1));
    },
    read: (): Promise<Ending> => {
      const state = (shows.length > 1 ? shows.shift() : shows[0]) ?? 'gone';
      return Promise.resolve({ reading: { state, providerStatus: state } });
    },
  } as Partial<EndpointDriver> as EndpointDriver;
  return { driver, stops };
}

test('a stop that was heard is not repeated while the run takes its time to stop', async () => {
  const { driver, stops } = provider({ heard: [true], shows: ['running', 'running', 'stopped'] });
  const stopping = new Stopping(driver, handle, { call, backoff });
  await stopping.ask();
  for (const state of ['running', 'running', 'stopped'])
    expect(await stopping.look()).toMatchObject({ reading: { state } });
  expect(stops).toHaveLength(1);
});

test('a stop that was heard and is not heeded is repeated after the longest pause', async () => {
  const { driver, stops } = provider({ heard: [true], shows: ['running'] });
  const stopping = new Stopping(driver, handle, { call, backoff: { first: 1, max: 0 } });
  await stopping.ask();
  await stopping.look();
  expect(stops).toHaveLength(2);
});

test('a run that its provider did not know for a moment is asked at once again, until it was heard', async () => {
  const { driver, stops } = provider({ heard: [false, true], shows: ['running', 'running', 'stopped'] });
  const stopping = new Stopping(driver, handle, { call, backoff });
  await stopping.ask();
  for (let look = 0; look < 3; look += 1) await stopping.look();
  expect(stops).toEqual([false, true]);
});

test('a run that was found by its mark is stopped though its provider did not know it for a moment', async () => {
  const { driver, stops } = provider({ heard: [false, true], shows: ['running', 'running', 'stopped'] });
  const found = { kind: 'run', id: 'run', mark: 'd-k-e-g2', live: true, createdAt: '', providerStatus: '' } as const;
  const timings = { request: 1_000, backoff, release: 10_000 };
  expect(await new MockActivityEnvironment().run(() => stopFound(driver, found, timings))).toMatchObject({
    ended: true,
  });
  expect(stops).toEqual([false, true]);
});
