import type { Inbox } from '../../src/inbox/index.js';

/** A browser without script: keeps its cookie, and fills forms in by what they have. */
export interface Browser {
  get(path: string): Promise<{ status: number; text: string; headers: Headers }>;
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  cookie: string;
}

/** Signs in with a token. */
export async function signIn({ app }: Inbox, token: string): Promise<Browser> {
  const signed = await app.request('/sign-in', { method: 'POST', body: new URLSearchParams({ token, next: '/' }) });
  const cookie = (signed.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return {
    cookie,
    get: async (path) => {
      const reply = await app.request(path, { headers: { cookie } });
      return { status: reply.status, text: await reply.text(), headers: reply.headers };
    },
    post: async (path, form, headers = {}) =>
      app.request(path, { method: 'POST', headers: { cookie, ...headers }, body: new URLSearchParams(form) }),
  };
}

/** The hidden fields of the first form of a page that is sent to an address. */
export function hiddenOf(text: string, action: string): Record<string, string> {
  const form = text.split('<form').find((part) => part.includes(`action="${action}"`)) ?? '';
  const inputs = form.split('</form>')[0]?.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g) ?? [];
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]));
}
