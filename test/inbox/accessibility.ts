import type { Page } from 'playwright-core';

/** What a page has that shuts people out, as a browser sees it: it runs there, so that it is a text here. */
const barriers = String.raw`(() => {
  const found = [];
  const seen = (element) => element.checkVisibility({ checkVisibilityCSS: true });
  const nameOf = (element) => (element.getAttribute('aria-label') ?? element.textContent).trim();
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);

  if (!document.documentElement.lang) found.push('the page says no language');
  if (all('h1').length !== 1) found.push('the page has ' + all('h1').length + ' main headings');
  if (all('main').length !== 1) found.push('the page has no main part');
  for (const field of all('input:not([type=hidden]), select, textarea')) {
    const labels = [...(field.labels ?? [])].filter((label) => label.textContent.trim() !== '');
    if (labels.length === 0 && !field.getAttribute('aria-label')) found.push('a field without a label: ' + field.name);
  }
  for (const group of all('input[type=radio]')) {
    if (!group.closest('fieldset')?.querySelector('legend')) found.push('choices without a legend: ' + group.name);
  }
  for (const press of all('a[href], button')) if (!nameOf(press)) found.push('nothing says what it does: ' + press.outerHTML);
  for (const image of all('img:not([alt]), svg:not([aria-hidden]):not([role])')) found.push('an image without words: ' + image.outerHTML);
  for (const frame of all('iframe:not([title])')) found.push('a frame without a title: ' + frame.src);
  for (const jump of all('[tabindex]')) if (jump.tabIndex > 0) found.push('out of the order of focus: ' + jump.outerHTML);
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const id of ids.filter((each, place) => ids.indexOf(each) !== place)) found.push('an id twice: ' + id);
  for (const named of all('[aria-labelledby], [aria-describedby]')) {
    for (const id of ((named.getAttribute('aria-labelledby') ?? '') + ' ' + (named.getAttribute('aria-describedby') ?? '')).split(' ')) {
      if (id && !document.getElementById(id)) found.push('it is named by what is not there: ' + id);
    }
  }

  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const shade = (colour) => {
    const [r, g, b] = colour.map((each) => (each / 255 <= 0.03928 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const [r, g, b, opacity = 1] = channels(getComputedStyle(each).backgroundColor);
      if (opacity > 0.99) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !seen(element) || element.closest('script, noscript, option, .skip')) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const large = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700);
    const [dark, light] = [shade(channels(color)), shade(groundOf(element))].sort((a, b) => a - b);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < (large ? 3 : 4.5)) found.push('a contrast of ' + contrast.toFixed(2) + ': ' + texts.currentNode.data.trim());
  }
  return found;
})()`;

/** What shuts people out of a page: fields without labels, what has no name, an order of focus of its own, too little contrast. */
export function barriersOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(barriers);
}

/** Everything that the keyboard comes to, by its place among all that can be come to; each is to be seen to be held. */
const held = String.raw`(() => {
  const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, [tabindex="0"]')];
  const element = document.activeElement;
  const card = element.closest('.card');
  const outlined = [element, ...(card ? [card] : [])].some((each) => getComputedStyle(each).outlineStyle !== 'none');
  return { place: all.indexOf(element), outlined };
})()`;

interface Met {
  place: number;
  outlined: boolean;
}

/** What the keyboard meets from the beginning of a page to its end. */
export async function walkByKeyboard(page: Page): Promise<Met[]> {
  const met: Met[] = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const next = await page.evaluate<Met>(held);
    // After the last comes the browser itself, or the first once more.
    if (next.place < 0 || met.some(({ place }) => place === next.place)) return met;
    met.push(next);
  }
}
