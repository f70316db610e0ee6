/** The keys that the simulated providers let in, each an account of its own. */
export interface SimulatorSetting {
  anchor: readonly string[];
  browserbase: readonly string[];
}

/** What the simulator's process tells. */
export interface FromSimulator {
  url: string;
  /** How many starts it has received. */
  starts: number;
}
