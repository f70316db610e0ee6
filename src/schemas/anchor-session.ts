import { z } from 'zod';
import { countryCodes } from '../core/country-codes.js';
import { sentJson, sentObject } from './json.js';
import { secretRef, textOrSecret } from './secret.js';

const minutes = z.custom<number>((value) => Number.isSafeInteger(value) && (value === -1 || Number(value) > 0), {
  params: { expected: 'whole minutes from 1, or -1 for no limit' },
});

const tag = z.custom<string>((value) => typeof value === 'string' && !value.startsWith('perdure-'), {
  params: {
    expected: "a text that does not begin with 'perdure-'",
    hint: 'Such tags are the marks by which Perdure finds its own sessions.',
  },
});

const anchorProxy = z
  .strictObject({
    active: z.boolean(),
    type: z.literal('anchor_proxy').optional(),
    country_code: z.enum(countryCodes).optional(),
    region: z.string().optional(),
    city: z.string().optional(),
  })
  .superRefine((proxy, context) => {
    if (proxy.city === undefined || proxy.region !== undefined) return;
    const params = { expected: 'region beside city', hint: 'Anchor takes a city only together with its region.' };
    context.addIssue({ code: 'custom', path: ['region'], params });
  });

const customProxy = z.strictObject({
  type: z.literal('custom'),
  server: z.string().regex(/^[a-z][a-z0-9+.-]*:\/\/[^\s/@:]+:\d{1,5}\/?$/i, {
    error: 'PROTOCOL://HOST:PORT without user and password',
  }),
  username: textOrSecret,
  password: secretRef,
  active: z.boolean(),
});

/** An address without a password in it, which would be stored in Temporal. */
export const address = z.string().refine((text) => !/^[a-z][a-z0-9+.-]*:\/\/[^/\s]*:[^/\s]*@/i.test(text), {
  params: {
    expected: 'an address without user and password',
    hint: "The input is stored in Temporal: give the password by secret_values and secret('NAME').",
  },
});

const config = {
  initial_url: address
    .refine((text) => URL.canParse(text), { params: { expected: 'a whole URL, such as https://example.com/' } })
    .optional(),
  tags: z.array(tag).optional(),
  recording: z.strictObject({ active: z.boolean().optional() }).optional(),
  proxy: z.discriminatedUnion('type', [anchorProxy, customProxy]).optional(),
  timeout: z.strictObject({ max_duration: minutes.optional(), idle_timeout: minutes.optional() }).optional(),
  live_view: z.strictObject({ read_only: z.boolean().optional(), one_time_url: z.boolean().optional() }).optional(),
};

/** Anchor's session configuration. */
export const anchorSessionConfig = z.strictObject(config);

/** The body of the session that Perdure opens. */
export const anchorSession = z.strictObject({
  ...config,
  browser: sentObject.optional(),
  integrations: z.array(sentJson).optional(),
  identities: z.array(z.strictObject({ id: z.string().min(1) })).optional(),
});
