import { Sealer } from '../../src/secrets/sealing.js';
import { homeSealKeys } from '../../src/secrets/home-key.js';
import { runWorkflowId, wire } from '../../src/core/names.js';
import type { RunReport } from '../../src/core/run.js';
import { disguises } from './disguises.js';
import type { KnownSecret } from './known-secrets.js';
import { type Place, search } from './search.js';
import type { Stage } from './stage.js';
import { textOf } from './text-of.js';

const patience = 60_000;

/** The addresses of the live views of these runs: the worker kept them sealed. */
export async function liveViews({ client, home }: Stage, keys: readonly string[]): Promise<KnownSecret[]> {
  const sealer = new Sealer(homeSealKeys(home));
  const found: string[] = [];
  for (const key of keys) {
    // The worker replays the run before it answers, which takes its time when it has just been started.
    const { liveView } = await client.connection.withDeadline(Date.now() + patience, () =>
      client.workflow.getHandle(runWorkflowId(key)).query<RunReport>(wire.status),
    );
    if (liveView) found.push(sealer.open(liveView.sealed, liveView.mark));
  }
  return found.map((url) => ({ name: 'live view', value: url.slice(url.lastIndexOf('/') + 1) }));
}

/** Why a search without hits would prove nothing: no texts, a blind search, or secrets that never came to a provider. */
export function doubts({ simulator, secrets, control }: Stage, places: readonly Place[]): string[] {
  const found = search(control, places);
  const shown = new Set(found.map(({ place }) => place));
  const histories = places.filter(({ name }) => name === 'histories').map(({ content }) => content.toString());
  const sent = textOf(simulator.ledger.entries);
  const references = [...secrets.values()].filter(({ name }) => !name.endsWith('_API_KEY'));
  return [
    ...places
      .filter(({ content, name }) => content.length === 0 && name !== 'server.log')
      .map(({ name }) => `${name}: nothing is there`),
    ...['histories', 'database file', 'command line', 'client']
      .filter((name) => !shown.has(name))
      .map((name) => `${name}: the control was not found`),
    ...Object.entries(disguises)
      .filter(([, disguise]) => !histories.some((text) => text.includes(disguise(control.value))))
      .map(([name]) => `histories: the control is not there ${name}`),
    ...references.filter(({ value }) => !sent.includes(value)).map(({ name }) => `${name} was never sent`),
    ...[...secrets.keys()]
      .filter((name) => !histories.some((text) => text.includes(`secret ${labelOf(name)}›`)))
      .map((name) => `${name}: no answer that repeats it was masked`),
  ];
}

function labelOf(name: string): string {
  return name.endsWith('_API_KEY') ? 'API key' : name;
}
