/** What keeps the bench from measuring, in words for whoever runs it. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}
