import { anchor, connect, secret } from 'perdure';
import { z } from 'zod';

const Invoice = z.object({ number: z.string(), total: z.number() });

const perdure = await connect(); // TEMPORAL_*, or the server that `perdure up` started here
const run = await perdure.start({
  key: 'invoice-4711', // the same key is the same run
  agent: anchor.webTask({
    url: 'https://portal.example.com',
    prompt: 'Sign in as ann with the password PORTAL_PW and read the newest invoice.',
    secret_values: { PORTAL_PW: secret('PORTAL_PASSWORD') }, // looked up by the worker, never in Temporal
  }),
  result: Invoice,
  effect: 'read',
  deadline: '2h',
});
const invoice = await run.result(); // typed and checked, or a RunError with its code and outcome
console.log(`${invoice.number}: ${invoice.total}`);
await perdure.close();
