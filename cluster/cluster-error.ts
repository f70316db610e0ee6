/** Something of the cluster that is not as it has to be, with the cure. */
export class ClusterError extends Error {
  override name = 'ClusterError';

  constructor(
    message: string,
    readonly cure?: string,
  ) {
    super(message);
  }
}
