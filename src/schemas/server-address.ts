import { z } from 'zod';

/** The address of a server. */
export const serverAddress = z.string().refine(isServer, {
  params: { expected: 'an http or https address without user, query and fragment' },
});

function isServer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return plain && ['http:', 'https:'].includes(url.protocol);
}
