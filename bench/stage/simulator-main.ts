import { startSimulator } from '../../src/simulator/index.js';
import { endWithParent } from './child.js';
import type { FromSimulator, SimulatorSetting } from './simulator-setting.js';

const betweenWords = 100;

const { anchor, browserbase } = JSON.parse(process.argv[2] ?? '{}') as SimulatorSetting;
const simulator = await startSimulator({ apiKeys: { anchor, browserbase }, keepReads: false });
endWithParent(() => simulator.close());
const tell = (message: FromSimulator) => process.send?.(message);
tell({ url: simulator.url, starts: 0 });

let told = 0;
setInterval(() => {
  const { 'anchor start': atAnchor = 0, 'browserbase start': atBrowserbase = 0 } = simulator.ledger.counts;
  const starts = atAnchor + atBrowserbase;
  if (starts === told) return;
  told = starts;
  tell({ url: simulator.url, starts });
}, betweenWords);
