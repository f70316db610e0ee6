import { z } from 'zod';
import { type Channel, type InboxPlace, noticeTypes, type Reviewer } from '../core/channel.js';
import { environmentName, referenceOf, secretText } from './secret.js';
import { serverAddress } from './server-address.js';

const label = z.string().regex(/^[\p{L}\p{N}._@+-]{1,64}$/u, { error: '1 to 64 letters, digits or . _ @ + -' });

const address = z.union([
  z.string().refine(isTarget, { params: { expected: 'an http or https address without user, or ${env:NAME}' } }),
  secretText,
]);

const base = {
  name: label,
  events: z
    .array(z.enum(noticeTypes))
    .min(1)
    .default([...noticeTypes]),
};

const channelEntry = z.discriminatedUnion('type', [
  z.strictObject({ ...base, type: z.literal('console') }),
  z
    .strictObject({
      ...base,
      type: z.literal('webhook'),
      url: address.optional(),
      urlEnv: environmentName.optional(),
      secret: secretText.optional(),
      secretEnv: environmentName.optional(),
    })
    .superRefine((entry, context) => {
      oneOf(context, entry, 'url');
      oneOf(context, entry, 'secret');
    }),
  z
    .strictObject({ ...base, type: z.literal('slack'), url: secretText.optional(), urlEnv: environmentName.optional() })
    .superRefine((entry, context) => oneOf(context, entry, 'url')),
]);

/** The ways to tell people, as `perdure.config.yaml` lists them. */
export const channels = z
  .array(channelEntry)
  .max(50)
  .superRefine((entries, context) => {
    for (const index of repeated(entries.map(({ name }) => name))) {
      context.addIssue({ code: 'custom', path: [index, 'name'], params: { expected: 'a name of its own' } });
    }
  })
  .transform((entries) => entries.map(toChannel));

/** What the inbox may listen on. */
export const interfaceName = z
  .string()
  .regex(/^[A-Za-z0-9.:_-]{1,253}$/, { error: 'the name or address of an interface, such as 127.0.0.1' });

/** Where the inbox listens, and what links to it begin with. */
export const inbox = z.strictObject({
  url: serverAddress.optional(),
  host: interfaceName.optional(),
  port: z.int().min(1).max(65_535).optional(),
}) satisfies z.ZodType<InboxPlace>;

const reviewerEntry = z
  .strictObject({ groups: z.array(label).max(100).default([]), service: z.boolean().default(false) })
  .nullable()
  .transform((entry): Reviewer => entry ?? { groups: [], service: false });

/** Who answers, by name. */
export const reviewers = z.record(label, reviewerEntry).superRefine((entries, context) => {
  for (const [name, { groups }] of Object.entries(entries)) {
    const index = groups.findIndex((group) => Object.hasOwn(entries, group));
    if (index === -1) continue;
    const params = {
      expected: 'a group that has not the name of a reviewer',
      hint: 'A question is put to names of people and groups alike: give the group another name.',
    };
    context.addIssue({ code: 'custom', path: [name, 'groups', index], params });
  }
});

function toChannel(entry: z.output<typeof channelEntry>): Channel {
  const { name, events } = entry;
  switch (entry.type) {
    case 'console':
      return { name, events, type: 'console' };
    case 'webhook':
      return { name, events, type: 'webhook', url: target(entry), secret: referenceOf(entry.secret, entry.secretEnv) };
    case 'slack':
      return { name, events, type: 'slack', url: referenceOf(entry.url, entry.urlEnv) };
  }
}

function target({ url, urlEnv }: { url?: z.output<typeof address>; urlEnv?: string }) {
  return typeof url === 'string' && isTarget(url) ? url : referenceOf(url, urlEnv);
}

function oneOf(context: z.RefinementCtx, entry: object, field: 'url' | 'secret'): void {
  if (Reflect.has(entry, field) !== Reflect.has(entry, `${field}Env`)) return;
  const params = {
    expected: `one of ${field} and ${field}Env`,
    hint: `Secrets stay out of the file: write ${field}: \${env:NAME}, or ${field}Env: NAME.`,
  };
  context.addIssue({ code: 'custom', params });
}

/** The places of what stands earlier in the list, too. */
function repeated(names: readonly string[]): number[] {
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []));
}

function isTarget(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && username === '' && password === '';
}
