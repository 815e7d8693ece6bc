// Follows the log: asks for what is newer, and puts it on top. Without this module the page is reloaded.

const EVERY = 3000;
/** Entries may be written somewhat later than they are dated. */
const OVERLAP = 15_000;
/** A page that nobody looks after lets the session end. */
const ALONE = 15 * 60_000;
/** Rows of a table that has grown; the oldest go. */
const MOST = 500;

const button = document.getElementById('follow');
const entries = document.getElementById('entries');
const news = document.getElementById('news');
const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

let timer;
let touched = Date.now();
let added = 0;

function element(name, { text, ...attributes } = {}, ...inside) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...inside);
  return made;
}

const linked = (href, text) => {
  const inside = element('bdi', { text });
  return href ? element('a', { href }, inside) : inside;
};

function row(entry) {
  const time = element('time', { datetime: entry.date, title: entry.when, text: local.format(new Date(entry.date)) });
  const event = element('th', { scope: 'row', text: `${entry.name} ` }, element('code', { class: 'quiet', text: entry.code }));
  if (entry.state && entry.state !== 'OK') event.append(' ', element('span', { class: 'state', 'data-state': entry.state, text: entry.state }));
  return element('tr', { 'data-id': entry.id, class: 'new' },
    element('td', {}, element('a', { href: entry.href }, time)), event, element('td', {}, element('bdi', { text: entry.description })),
    element('td', { text: entry.connection }), element('td', {}, linked(entry.client_href, entry.client)), element('td', {}, linked(entry.user_href, entry.user)));
}

/** Oldest first, so that the newest ends on top. */
function put(found) {
  const known = new Set([...entries.rows].map((tr) => tr.dataset.id));
  // What is older than the whole page is none of the news.
  const oldest = [...entries.rows].at(-1)?.dataset.id ?? '';
  const fresh = found.filter(({ id }) => id > oldest && !known.has(id)).reverse();
  if (!fresh.length) return;
  document.getElementById('table')?.removeAttribute('hidden');
  document.getElementById('empty')?.remove();
  for (const entry of fresh) {
    // One that was written late has its place below newer ones.
    const below = [...entries.rows].find((tr) => tr.dataset.id < entry.id);
    entries.insertBefore(row(entry), below ?? null);
  }
  while (entries.rows.length > MOST) entries.rows[entries.rows.length - 1].remove();
  added += fresh.length;
  news.textContent = `${added} new ${added === 1 ? 'entry' : 'entries'} since you follow.`;
}

async function ask() {
  if (Date.now() - touched > ALONE) return stop('Paused, since nobody was here for a while.');
  if (!document.hidden) {
    const newest = new Date(entries.querySelector('time')?.dateTime ?? button.dataset.now);
    const url = new URL(button.dataset.newer, location.href);
    url.searchParams.set('after', new Date(newest - OVERLAP).toISOString());
    try {
      const response = await fetch(url, { redirect: 'error' });
      if (!response.ok) return stop(`Paused: ${await response.text()}`);
      put(await response.json());
    } catch {
      return stop('Paused: the server did not answer, or you are signed out. Reload the page.');
    }
  }
  // Paused in the meantime.
  if (timer !== undefined) timer = setTimeout(ask, EVERY);
  return undefined;
}

function stop(why) {
  clearTimeout(timer);
  timer = undefined;
  button.textContent = 'Follow';
  news.textContent = why;
}

function start() {
  added = 0;
  button.textContent = 'Pause';
  news.textContent = 'Following: new entries appear on top.';
  timer = setTimeout(ask, 0);
}

if (button) {
  button.hidden = false;
  button.addEventListener('click', () => (timer === undefined ? start() : stop('Paused.')));
  for (const kind of ['pointerdown', 'pointermove', 'keydown', 'scroll']) {
    addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
  }
}
