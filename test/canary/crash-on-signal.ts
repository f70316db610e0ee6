import { crashWords } from './crash-words.js';

/** Loaded before a worker's own code: throws where nobody catches it, on SIGUSR2. */
process.on('SIGUSR2', () => {
  throw new TypeError(crashWords);
});
