import type { Notice } from '../core/notice.js';
import { type Letter, termsOf, titleOf } from './letter.js';

/** Characters of one block's text; Slack refuses more. */
const longestText = 3000;
const mostLinks = 20;
const zeroWidth = '\u200b';

interface Block {
  type: 'section';
  text: { type: 'mrkdwn'; text: string; verbatim: true };
}

/** What an incoming webhook of Slack takes; those of others read `text` alone, as a kind of Markdown. */
export interface SlackMessage {
  text: string;
  blocks: Block[];
  /** A preview would follow the links. */
  unfurl_links: false;
  unfurl_media: false;
}

/** A letter as an incoming webhook takes it. Nothing that others wrote makes a link or a mention in it. */
export function slackMessage({ notice, page, links }: Letter): SlackMessage {
  const title = escapeText(titleOf(notice), 1000);
  const message = escapeText(messageOf(notice), longestText);
  const terms = escapeText(termsOf(notice), 1000);
  const ways = linksOf(notice, { page, links });
  const parts = [`*${title}*`, message, terms].filter((part) => part !== '' && part !== '**');
  return {
    text: [...parts, ...ways].join('\n'),
    blocks: [...parts, ...chunks(ways)].map(block),
    unfurl_links: false,
    unfurl_media: false,
  };
}

/**
 * A text as mrkdwn shows it, and Markdown too: without a link, a mention or a command of its own, cut to `longest`
 * characters of what is sent.
 */
export function escapeText(text: string, longest: number): string {
  const tamed = text
    .replace(/[^\P{C}\n]/gu, ' ')
    // Mentions by a mere `@`, and links of Markdown, which others than Slack know.
    .replace(/(?<![\w.+-])@(?=\S)/g, `@${zeroWidth}`)
    .replace(/\](?=[([:])/g, `]${zeroWidth}`)
    // A fence of code would swallow what follows.
    .replace(/`(?=`)/g, `\`${zeroWidth}`);
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  let escaped = '';
  for (const character of tamed) {
    const piece = entities[character] ?? character;
    if (escaped.length + piece.length > longest - 1) return `${escaped}…`;
    escaped += piece;
  }
  return escaped;
}

function messageOf(notice: Notice): string {
  return notice.type === 'run.ended' ? (notice.error?.message ?? '') : notice.message;
}

function linksOf({ type }: Notice, { page, links }: Pick<Letter, 'page' | 'links'>): string[] {
  const signed = links.slice(0, mostLinks).map(({ to, url }) => `<${url}|Answer as ${escapeText(labelOf(to), 100)}>`);
  return [...signed, `<${page}|${type === 'run.ended' ? 'Show the run' : 'Open in the inbox'}>`];
}

/** A `|` or a line break in a link's label would end it. */
function labelOf(name: string): string {
  return name.replace(/[|\n]/g, ' ');
}

/** As many lines in one block as it may have. */
function chunks(lines: readonly string[]): string[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + line.length < longestText) texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts;
}

function block(text: string): Block {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
}
