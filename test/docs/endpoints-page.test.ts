import { expect, test } from 'vitest';
import { endpointFlags, endpointNames } from '../../src/core/endpoints.js';
import { pages } from './pages.js';

const page = pages.find(({ name }) => name === 'docs/endpoints.md')?.text ?? '';
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );

/** The cells of the row with this title, by endpoint. */
function row(title: string): Record<string, string | undefined> {
  const [heads = []] = rows;
  const cells = rows.find(([first]) => first === title) ?? [];
  return Object.fromEntries(heads.slice(1).map((head, at) => [head.replaceAll('`', ''), cells[at + 1]]));
}

const yesOrNo = (yes: boolean) => (yes ? 'yes' : 'no');
const stops = { run: 'the run', session: 'its session', none: '–' };
const finds = { byText: "the run's text", byTag: "the session's tag", none: '–' };
const asks = { queue: 'a queue', pause: 'a pause', none: '–' };

test.each(endpointNames)('the page of the endpoints says of %s what workflows decide by', (name) => {
  const flags = endpointFlags[name];
  expect(row('Start call lasts as long as the run')[name]).toBe(yesOrNo(flags.blockingStart));
  expect(row('Session of the run')[name]).toBe(flags.ownsSession ? "Perdure's" : "the provider's");
  expect(row('Stopped by the end of')[name]).toBe(stops[flags.canStop]);
  expect(row('Found after a lost start by')[name]).toBe(finds[flags.canFind]);
  expect(row('Asks a person through')[name]).toBe(asks[flags.canAsk]);
  expect(row('A completed run has succeeded')[name]).toBe(flags.completedMeansSuccess ? 'yes' : 'not certain');
});
