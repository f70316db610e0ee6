/** A mistake in how the simulator is used: an unknown option, endpoint, fault or control route. Never a provider's answer. */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError';
}
