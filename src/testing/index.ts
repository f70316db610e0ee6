export {
  type Fault,
  type Ledger,
  type RunScript,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../simulator/index.js';
export { type PerdureTest, type PerdureTestOptions, perdureTest } from './perdure-test.js';
export { timeSkipping } from './test-server.js';
