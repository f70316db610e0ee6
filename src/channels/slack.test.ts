import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { QuestionNotice } from '../core/notice.js';
import { pageOf } from './letter.js';
import { escapeText, slackMessage } from './slack.js';

const notice: QuestionNotice = {
  type: 'run.waiting',
  id: 'n1',
  at: '2026-11-22T12:00:00.000Z',
  key: 'k',
  questionId: 'perdure:run:k~q1',
  askedAt: '2026-11-22T11:59:00.000Z',
  title: 'Which account?',
  message: 'There are two.',
  to: ['ann', 'finance'],
  deadline: '2026-11-22T13:00:00.000Z',
};
const inbox = 'https://inbox.example';
const links = ['ann', 'finance'].map((to) => ({ to, url: `${inbox}/link/a.b.c` }));
const letter = (changes: Partial<QuestionNotice> = {}) => {
  const changed = { ...notice, ...changes };
  return { notice: changed, page: pageOf(changed, inbox), links };
};

/** What Slack takes for a link, a mention or a command: all that stands in angle brackets. */
const commands = (text: string) => [...text.matchAll(/<[^>]*>/g)].map(([found]) => found);

test('a question is told with its title, its message, whom it is for, and a link for each of them', () => {
  const page = `${inbox}/questions/perdure%3Arun%3Ak~q1`;
  const answering = `<${inbox}/link/a.b.c|Answer as ann>\n<${inbox}/link/a.b.c|Answer as finance>`;
  const lines = ['*Which account?*', 'There are two.', 'For ann, finance, until 2026-11-22T13:00:00.000Z'];
  const ways = `${answering}\n<${page}|Open in the inbox>`;
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } });
  expect(slackMessage(letter())).toEqual({
    text: [...lines, ways].join('\n'),
    blocks: [...lines, ways].map(section),
    unfurl_links: false,
    unfurl_media: false,
  });
});

test('an end is told with its status and a link to the run', () => {
  const error = { code: 'run-failed', message: 'The <shop> is closed.' };
  const end = {
    type: 'run.ended',
    id: 'e',
    at: notice.at,
    key: 'a/b',
    endpoint: 'anchor.task',
    status: 'failed',
    error,
  };
  const ended = end as typeof end & { type: 'run.ended'; endpoint: 'anchor.task'; status: 'failed' };
  const { text } = slackMessage({ notice: ended, page: pageOf(ended, inbox), links: [] });
  expect(text).toBe(`*Run a/b: failed (run-failed)*\nThe &lt;shop&gt; is closed.\n<${inbox}/runs/a%2Fb|Show the run>`);
});

test.each([
  '<https://evil.example|Answer as ann>',
  '<!channel> <!here> <!everyone> <@U012AB3CD> <#C024BE7LR> <!subteam^SAZ94GDB8>',
  '</link> &lt;!channel&gt; &#60;!here&#62;',
  '> <mailto:eve@evil.example|mail>',
])('of the text %j nothing becomes a link, a mention or a command', (evil) => {
  const message = slackMessage(letter({ title: evil, message: `${evil}\n${evil}`, to: [evil] }));
  for (const text of [message.text, ...message.blocks.map((block) => block.text.text)]) {
    expect(commands(text).filter((found) => !found.startsWith(`<${inbox}/`))).toEqual([]);
  }
  expect(message.text).not.toMatch(/&(?!amp;|lt;|gt;)/);
});

test('mentions and links of Markdown, which others than Slack know, are none any more; addresses of mail stay', () => {
  expect(escapeText('@channel @all,@here (@ann) ann@shop.example', 1000)).toBe(
    '@\u200bchannel @\u200ball,@\u200bhere (@\u200bann) ann@shop.example',
  );
  expect(escapeText('[Answer](https://evil.example) [a][b] [b]: https://evil.example', 1000)).not.toMatch(/\][([:]/);
  expect(escapeText('```js', 1000)).not.toContain('``');
});

test('a link has nothing but a name of its own as its label', () => {
  const to = 'a|b\nc>d';
  const { text } = slackMessage({ ...letter(), links: [{ to, url: `${inbox}/link/x` }] });
  expect(text).toContain(`<${inbox}/link/x|Answer as a b c&gt;d>`);
});

test('whatever people write, each text is as short as Slack wants it and nothing breaks out', () => {
  const anything = fc.string({ unit: 'grapheme', maxLength: 4000 });
  const evil = fc.array(fc.constantFrom('<', '>', '&', '@', '[', ']', '(', '|', '`', '\n', '\u202e', 'a'), {
    maxLength: 4000,
  });
  const text = fc.oneof(
    anything,
    evil.map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, text, fc.integer({ min: 10, max: 3000 }), (title, message, longest) => {
      const { blocks } = slackMessage(letter({ title, message }));
      for (const block of blocks) {
        expect(block.text.text.length).toBeLessThanOrEqual(3000);
        expect(block.text.text).not.toBe('');
        expect(commands(block.text.text).every((found) => found.startsWith(`<${inbox}/`))).toBe(true);
      }
      const escaped = escapeText(message, longest);
      expect(escaped.length).toBeLessThanOrEqual(longest);
      expect(escaped).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    }),
  );
});

test('many addressees make several blocks, and no more than twenty links', () => {
  const many = Array.from({ length: 60 }, (_, index) => ({ to: `p${index}`, url: `${inbox}/link/${'x'.repeat(400)}` }));
  const { blocks, text } = slackMessage({ ...letter(), links: many });
  expect(commands(text)).toHaveLength(21);
  expect(blocks.length).toBeLessThan(10);
  for (const block of blocks) expect(block.text.text.length).toBeLessThanOrEqual(3000);
});
