// The page around the embedded sign-in: it sets what the fields say, and writes down what it hears.
import '/widget/latchkey-login.js';

const login = document.getElementById('login');
const events = document.getElementById('events');
const field = (id) => document.getElementById(id);
const LANGUAGES = ['en', 'es', 'de', 'fr', 'pt', 'it', 'nl', 'pl', 'ja', 'zh-Hans', 'ar', 'hi'];

for (const tag of LANGUAGES) {
  field('language').append(new Option(new Intl.DisplayNames(tag, { type: 'language' }).of(tag), tag));
}

function set() {
  login.setAttribute('connection', field('direction').value);
  login.setAttribute('send', field('send').value);
  if (field('language').value) login.setAttribute('lang', field('language').value);
  else login.removeAttribute('lang');
}

function claims(token) {
  const bytes = Uint8Array.from(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

for (const name of ['latchkey-sent', 'latchkey-signed-in', 'latchkey-error']) {
  login.addEventListener(name, ({ detail }) => {
    const shown = name === 'latchkey-signed-in' ? { 'id_token says': claims(detail.id_token) } : detail;
    events.textContent += `${name} ${JSON.stringify(shown, null, 2)}\n`;
  });
}

field('options').addEventListener('change', set);
field('again').addEventListener('click', () => login.reset());
set();
login.setAttribute('redirect-uri', new URL('/dev/widget', location.href));
login.setAttribute('domain', location.origin);
