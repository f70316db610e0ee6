/** What a worker says when the canary makes it crash. */
export const crashWords = 'The canary makes this process crash.';
