import { z } from 'zod';

/** `<provider>/<name>`, as accounts are named in configuration and in start options. */
export const accountName = z.string().regex(/^(anchor|browserbase)\/[A-Za-z0-9._-]{1,64}$/, {
  error: 'an account name such as anchor/default or browserbase/eu',
});

/** The part of a mark that keeps two Perdures on one provider account apart. */
export const deploymentName = z.string().regex(/^[a-z0-9]{1,16}$/, { error: '1 to 16 of a-z 0-9' });
