/** What the pages do where scripts run; without it all of them work. */
export const script = String.raw`'use strict';
const each = (selector, use, root = document) => root.querySelectorAll(selector).forEach(use);
const two = (number) => String(number).padStart(2, '0');

function left(ms) {
  if (ms <= 0) return 'deadline passed';
  const s = Math.floor(ms / 1000), m = Math.floor(s / 60), h = Math.floor(m / 60), d = Math.floor(h / 24);
  if (m < 60) return m + ':' + two(s % 60) + ' left';
  if (h < 24) return h + ' h ' + two(m % 60) + ' min left';
  return d + (d === 1 ? ' day ' : ' days ') + (h % 24) + ' h left';
}

function tellTimes(root = document) {
  const now = Date.now();
  each('time[data-countdown]', (time) => {
    const ms = Date.parse(time.dateTime) - now;
    time.textContent = left(ms);
    time.title = new Date(time.dateTime).toLocaleString();
    time.classList.toggle('soon', ms < 600000);
  }, root);
  each('time[data-when]', (time) => {
    const at = new Date(time.dateTime);
    time.textContent = near(at.getTime() - now) ?? nearDay(at, new Date(now));
    time.title = at.toLocaleString();
  }, root);
}

const relative = new Intl.RelativeTimeFormat('en', { style: 'short' });
function near(ms) {
  const minutes = Math.trunc(ms / 60000);
  if (minutes === 0) return ms > 0 ? 'in a moment' : 'just now';
  return Math.abs(minutes) < 60 ? relative.format(minutes, 'minute') : undefined;
}

function nearDay(at, today) {
  const time = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const days = Math.round((new Date(at).setHours(12, 0, 0, 0) - today.setHours(12, 0, 0, 0)) / 86400000);
  if (days === 0) return 'today ' + time;
  if (days === -1) return 'yesterday ' + time;
  if (days === 1) return 'tomorrow ' + time;
  return at.toLocaleDateString([], { dateStyle: 'medium' }) + ' ' + time;
}

async function refresh(place) {
  if (place.loading) { place.again = true; return; }
  place.loading = true;
  try {
    const reply = await fetch(place.dataset.refresh, { headers: { accept: 'text/html' } });
    if (reply.status === 401) return location.reload();
    if (!reply.ok) return;
    const text = await reply.text();
    if (text !== place.before) {
      const held = document.activeElement;
      const href = place.contains(held) ? held.getAttribute('href') : null;
      place.innerHTML = text;
      place.before = text;
      tellTimes(place);
      if (href) each('a', (link) => link.getAttribute('href') === href && link.focus(), place);
      tellCount();
    }
  } catch {
    // The next event, or the next turn, tries again.
  } finally {
    place.loading = false;
    if (place.again) { place.again = false; refresh(place); }
  }
}

const title = document.title;
function tellCount() {
  const list = document.querySelector('[data-count]');
  const count = list ? Number(list.dataset.count) : 0;
  document.title = count > 0 ? '(' + count + ') ' + title : title;
}

function listen(place) {
  const offline = document.querySelector('[data-offline]');
  const own = place.dataset.questionId;
  const source = new EventSource(place.dataset.live);
  let soon;
  const changed = (event) => {
    const { id } = JSON.parse(event.data || '{}');
    if (own !== undefined) {
      if (id === own) each('[data-changed]', (note) => { note.hidden = false; });
    } else if (place.dataset.refresh) {
      clearTimeout(soon);
      soon = setTimeout(() => refresh(place), 60);
    }
  };
  for (const type of ['asked', 'changed', 'closed', 'missed']) source.addEventListener(type, changed);
  source.addEventListener('open', () => { if (offline) offline.hidden = true; });
  source.addEventListener('error', () => {
    if (offline) offline.hidden = false;
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(place), 5000);
  });
  addEventListener('pagehide', () => source.close());
}

each('[data-live]', listen);
each('[data-every]', (place) => setInterval(() => {
  const chosen = document.getSelection();
  const busy = chosen && !chosen.isCollapsed && place.contains(chosen.anchorNode);
  if (!document.hidden && !busy) refresh(place);
}, Number(place.dataset.every) * 1000));
each('form[data-once]', (form) => form.addEventListener('submit', (event) => {
  if (form.sent) event.preventDefault();
  form.sent = true;
  setTimeout(() => each('button', (button) => { button.setAttribute('aria-disabled', 'true'); }, form));
}));
addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
tellTimes();
tellCount();
setInterval(tellTimes, 1000);
`;
