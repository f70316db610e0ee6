import { expect, test } from 'vitest';
import { runBeside, type Story } from './run-beside.js';

type State = 'INITIALIZED' | 'RUNNING' | 'STOPPED';

/** A worker that runs until it is told to end or to fail. */
class FakeWorker implements Story {
  state: State = 'INITIALIZED';
  #end: (error?: Error) => void = () => undefined;

  run(): Promise<void> {
    this.state = 'RUNNING';
    return new Promise((resolve, reject) => {
      this.#end = (error) => {
        this.state = 'STOPPED';
        if (error) reject(error);
        else resolve();
      };
    });
  }

  getState(): State {
    return this.state;
  }

  shutdown(): void {
    this.#end();
  }

  stop(): void {
    if (this.state === 'RUNNING') this.#end();
  }

  fail(error: Error): void {
    this.#end(error);
  }
}

function cast(): [FakeWorker, FakeWorker, FakeWorker] {
  return [new FakeWorker(), new FakeWorker(), new FakeWorker()];
}

test('a worker that fails ends the others and the story, and its failure is thrown', async () => {
  const [story, one, two] = cast();
  const running = runBeside([one, two], story);
  one.fail(new TypeError('no such namespace'));
  await expect(running).rejects.toThrow('no such namespace');
  expect([story.state, two.state]).toEqual(['STOPPED', 'STOPPED']);
});

test('a story that ends or fails ends the workers', async () => {
  const [story, one, two] = cast();
  const running = runBeside([one, two], story);
  story.stop();
  await running;
  expect([one.state, two.state]).toEqual(['STOPPED', 'STOPPED']);
  const [failing, ...workers] = cast();
  const failed = runBeside(workers, failing);
  failing.fail(new TypeError('lost'));
  await expect(failed).rejects.toThrow('lost');
  expect(workers.map(({ state }) => state)).toEqual(['STOPPED', 'STOPPED']);
});

test('workers that all end by themselves, as on a signal of the process, end the story', async () => {
  const [story, one, two] = cast();
  const running = runBeside([one, two], story);
  one.shutdown();
  expect(story.state).toBe('RUNNING');
  two.shutdown();
  await running;
  expect(story.state).toBe('STOPPED');
});
