import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { parseKeys } from './key-ring.js';
import { type Link, type LinkProblem, LinkSigner, linkDecisionId } from './links.js';

const one = `one:${randomBytes(32).toString('base64')}`;
const two = `two:${randomBytes(32).toString('base64')}`;
const signer = (keys: string) => new LinkSigner(parseKeys(keys, 'PERDURE_SEAL_KEYS'));

const now = Date.UTC(2026, 10, 22, 12);
const link: Link = {
  questionId: 'perdure:run:a.b/c~q-1',
  askedAt: '2026-11-22T11:59:00.000Z',
  addressee: 'Ann Müller',
  expiresAt: now + 60_000,
  decisionId: linkDecisionId('n1', 'Ann Müller'),
};

async function expectRefused(token: string, problem: LinkProblem, keys = one, terms = {}): Promise<void> {
  const verdict = await signer(keys).verify(token, { now, ...terms });
  expect(verdict).toEqual({ ok: false, problem, reason: expect.any(String) });
  if (token.length > 20) expect(JSON.stringify(verdict)).not.toContain(token.slice(0, 20));
}

const parts = (token: string) => token.split('.') as [string, string, string];
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a link says for whom, for which question and until when it was made', async () => {
  const token = await signer(one).sign(link);
  expect(await signer(one).verify(token, { now })).toEqual({ ok: true, link });
  expect(await signer(one).verify(token, { now, questionId: link.questionId })).toEqual({ ok: true, link });
  expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});

test('the same link is the same token, and one of another notice or addressee has another decision', async () => {
  expect(await signer(one).sign(link)).toBe(await signer(one).sign(link));
  const ids = [linkDecisionId('n1', 'ann'), linkDecisionId('n2', 'ann'), linkDecisionId('n1', 'bob')];
  expect(new Set(ids).size).toBe(3);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9._:-]{1,100}$/);
});

test('a link has expired at its time, not before', async () => {
  const token = await signer(one).sign(link);
  expect(await signer(one).verify(token, { now: link.expiresAt - 1000 })).toMatchObject({ ok: true });
  await expectRefused(token, 'expired', one, { now: link.expiresAt });
});

test('a link for another question is refused', async () => {
  await expectRefused(await signer(one).sign(link), 'other-question', one, { questionId: 'perdure:run:x~q-1' });
});

test('after a rotation old links hold while their key is kept, and new ones are made with the new key', async () => {
  const before = await signer(one).sign(link);
  expect(await signer(`${two},${one}`).verify(before, { now })).toMatchObject({ ok: true });
  await expectRefused(before, 'wrong-key', two);
  const after = await signer(`${two},${one}`).sign(link);
  expect(await signer(two).verify(after, { now })).toMatchObject({ ok: true });
});

test('a link that was made with another key of the same id is refused', async () => {
  await expectRefused(await signer(`one:${randomBytes(32).toString('base64')}`).sign(link), 'altered');
});

test('an expired link that is also forged counts as forged', async () => {
  const [head, , signature] = parts(await signer(one).sign(link));
  await expectRefused([head, encode({ ...claims, exp: 1 }), signature].join('.'), 'altered');
});

const claims = { q: link.questionId, at: link.askedAt, act: 'answer', sub: 'eve', exp: now / 1000 + 60, jti: 'j' };

test('a link whose claims, head or signature were altered is refused', async () => {
  const [head, body, signature] = parts(await signer(one).sign(link));
  await expectRefused([head, encode(claims), signature].join('.'), 'altered');
  await expectRefused([encode({ alg: 'HS256', kid: 'one', typ: 'JWT' }), body, signature].join('.'), 'altered');
  await expectRefused([head, body, ''].join('.'), 'altered');
  await expectRefused([head, body, signature.slice(0, -4)].join('.'), 'altered');
  await expectRefused([head, body, randomBytes(32).toString('base64url')].join('.'), 'altered');
  await expectRefused(await signer(`${one},${two}`).sign(link).then(relabel), 'altered', `${one},${two}`);
});

/** The same token with the id of another known key. */
function relabel(token: string): string {
  const [, body, signature] = parts(token);
  return [encode({ alg: 'HS256', kid: 'two' }), body, signature].join('.');
}

test('a link without signature (alg none) is refused, also with the signature of another', async () => {
  const [, , signature] = parts(await signer(one).sign(link));
  const bare = new UnsecuredJWT(claims).encode();
  await expectRefused(bare, 'altered');
  for (const alg of ['none', 'None', 'HS512']) {
    for (const end of ['', signature]) {
      await expectRefused([encode({ alg, kid: 'one' }), encode(claims), end].join('.'), 'altered');
    }
  }
});

test('what was signed with the sealing key itself, or with a guess, is refused', async () => {
  for (const secret of [Buffer.from(one.slice(4), 'base64'), Buffer.from(one.slice(4)), Buffer.from('secret')]) {
    const text = [encode({ alg: 'HS256', kid: 'one' }), encode(claims)].join('.');
    const signature = createHmac('sha256', secret).update(text).digest('base64url');
    await expectRefused(`${text}.${signature}`, 'altered');
  }
});

test.each(['act', 'q', 'at', 'sub', 'exp', 'jti'])(
  'a signed token whose claim %s is not that of a link is refused',
  async (name) => {
    for (const value of [undefined, 'other', 7, null, {}]) {
      if (name === 'exp' && value === 7) continue;
      if (['q', 'at', 'sub', 'jti'].includes(name) && value === 'other') continue;
      const made = signToken({ ...claims, [name]: value });
      await expectRefused(made, 'altered');
    }
  },
);

/** A token that has the right signature: made with the signer's own key, of which this takes the derivation. */
function signToken(payload: Record<string, unknown>): string {
  const key = new Uint8Array(hkdfSync('sha256', Buffer.from(one.slice(4), 'base64'), '', 'perdure-link-1', 32));
  const text = [encode({ alg: 'HS256', kid: 'one' }), encode(payload)].join('.');
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

test('a token of the same key that jose itself would take as it is holds only with the claims of a link', async () => {
  const token = signToken({ ...claims });
  expect(await signer(one).verify(token, { now })).toMatchObject({ ok: true, link: { addressee: 'eve' } });
  const foreign = await new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(randomBytes(32));
  await expectRefused(foreign, 'altered');
});

test.each(['', '.', '..', 'a.b.c', 'not a token', 'é.é.é', 'x'.repeat(2_000_000), `${'a'.repeat(9000)}.b.c`])(
  'what is no token is refused',
  async (token) => {
    await expectRefused(token, 'altered');
  },
);

test('nothing of the keys shows when a signer is printed', async () => {
  const made = signer(`${one},${two}`);
  await made.sign(link);
  const shown = `${JSON.stringify(made)} ${inspect(made, { showHidden: true, depth: 9 })}`;
  for (const key of [one, two]) {
    expect(shown).not.toContain(key.slice(4));
    expect(shown).not.toContain(Buffer.from(key.slice(4), 'base64').toString('hex'));
  }
  expect(JSON.stringify(made)).toBe('{"keys":{"ids":["one","two"]}}');
});
