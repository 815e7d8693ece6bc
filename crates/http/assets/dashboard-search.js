// Search by Ctrl+K or Cmd+K: a combobox with a list of options (the ARIA pattern). Without it the link leads to
// the page that does the same.
const PAUSE = 150;
const link = document.querySelector('a[data-search]');
const isApple = /^(Mac|iP)/.test(navigator.platform);

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const input = make('input', {
  id: 'search-input', name: 'q', type: 'text', role: 'combobox', autocomplete: 'off', spellcheck: 'false',
  'aria-expanded': 'false', 'aria-controls': 'search-options', 'aria-autocomplete': 'list', enterkeyhint: 'search',
});
const options = make('div', { id: 'search-options', role: 'listbox', 'aria-label': 'Results', hidden: '' });
const told = make('p', { role: 'status', class: 'quiet' });
const close = make('button', { type: 'button', class: 'second small' }, 'Close');
const dialog = make(
  'dialog', { class: 'search', 'aria-label': 'Search' },
  make(
    'form', { method: 'get', action: '/dashboard/search' },
    make('div', { class: 'head' }, make('label', { for: 'search-input' }, 'Search by name or ID'), close),
    input,
  ),
  options, told,
);

let active = -1;
let waiting;
let asking;

const all = () => [...options.querySelectorAll('[role=option]')];

function choose(at) {
  const items = all();
  items[active]?.setAttribute('aria-selected', 'false');
  active = items.length ? (at + items.length) % items.length : -1;
  const item = items[active];
  if (!item) return input.removeAttribute('aria-activedescendant');
  item.setAttribute('aria-selected', 'true');
  item.scrollIntoView({ block: 'nearest' });
  return input.setAttribute('aria-activedescendant', item.id);
}

function show(groups, text = '') {
  active = -1;
  input.removeAttribute('aria-activedescendant');
  let number = 0;
  options.replaceChildren(...groups.map(({ name, items }, at) => {
    const group = make('div', { role: 'group', 'aria-labelledby': `search-group-${at}` });
    group.append(make('p', { id: `search-group-${at}`, class: 'group', role: 'presentation' }, name));
    for (const item of items) {
      number += 1;
      const option = make('div', { role: 'option', id: `search-option-${number}`, 'aria-selected': 'false', 'data-href': item.href });
      option.append(make('span', {}, item.name));
      if (item.about && item.about !== item.name) option.append(' ', make('span', { class: 'quiet' }, item.about));
      group.append(option);
    }
    return group;
  }));
  options.hidden = number === 0;
  input.setAttribute('aria-expanded', String(number > 0));
  const count = number === 1 ? '1 result' : `${number} results`;
  const more = groups.some((group) => group.is_cut) ? ', and there are more. Press Enter to see them.' : '';
  told.textContent = text || `${count}${more}`;
}

async function ask() {
  asking?.abort();
  const q = input.value.trim();
  if (!q) return show([], 'Type a part of a name or an ID.');
  asking = new AbortController();
  const { signal } = asking;
  try {
    const answer = await fetch(`/dashboard/search/results?${new URLSearchParams({ q })}`, { signal, redirect: 'error' });
    if (!answer.ok) throw new Error(String(answer.status));
    const { groups } = await answer.json();
    if (!signal.aborted) show(groups, groups.length ? '' : 'Nothing found.');
  } catch (error) {
    if (error.name !== 'AbortError') show([], 'No answer. Press Enter to search on a page of its own.');
  }
}

const go = (option) => { location.assign(option.dataset.href); };

function open() {
  if (dialog.open) return;
  input.value = '';
  show([], 'Type a part of a name or an ID.');
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
}

input.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(ask, PAUSE);
});
input.addEventListener('keydown', (event) => {
  const last = all().length - 1;
  const moves = { ArrowDown: active + 1, ArrowUp: active < 0 ? last : active - 1 };
  if (event.key in moves && last >= 0) {
    event.preventDefault();
    choose(moves[event.key]);
  } else if (event.key === 'Enter' && active >= 0) {
    event.preventDefault();
    go(all()[active]);
  }
});
options.addEventListener('click', (event) => {
  const option = event.target.closest('[role=option]');
  if (option) go(option);
});
close.addEventListener('click', () => dialog.close());
// A press beside the dialog.
dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
dialog.addEventListener('close', () => {
  clearTimeout(waiting);
  asking?.abort();
  dialog.remove();
});

if (link) {
  const keys = link.querySelector('kbd');
  keys.textContent = isApple ? '⌘ K' : 'Ctrl K';
  keys.hidden = false;
  link.setAttribute('aria-keyshortcuts', isApple ? 'Meta+K' : 'Control+K');
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  addEventListener('keydown', (event) => {
    const held = isApple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
    if (!held || event.altKey || event.shiftKey || event.key.toLowerCase() !== 'k') return;
    event.preventDefault();
    open();
  });
}
