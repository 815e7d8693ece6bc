// Which of the texts of crates/words a walk has shown, so that a page that nobody visits is found.
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(fileURLToPath(import.meta.url), '../../../../..');
const LOCALES = join(ROOT, 'crates/words/locales');
const TEMPLATES = join(ROOT, 'crates/http/templates');

/** Every language that there are texts in, English first. */
export const LANGUAGES = readdirSync(LOCALES)
  .map((file) => basename(file, '.ftl'))
  .sort((one, other) => (other === 'en') - (one === 'en') || one.localeCompare(other));

/** What a page is called in its `data-page`; a template without it is a part of others. */
const NAME = /\bblock page %\}(\w+)|data-page="(\w+)"/;
const nameOf = (file) => {
  const text = readFileSync(join(TEMPLATES, file), 'utf8');
  const [, inFrame, byItself] = NAME.exec(text) ?? [];
  const isWhole = /\{% extends|<html/.test(text) && !['frame.html', 'bare.html'].includes(basename(file));
  if (isWhole && !(inFrame ?? byItself)) throw new Error(`${file} has no data-page: no walk can tell that it was seen`);
  return inFrame ?? byItself;
};

/** The name of every page. Two are empty, and are seen by nobody. */
const UNSEEN = ['web_message.html', 'co_verify.html'];
export const PAGES = readdirSync(TEMPLATES, { recursive: true })
  .filter((file) => file.endsWith('.html') && !UNSEEN.includes(basename(file)))
  .map(nameOf)
  .filter(Boolean);

const plain = (text) => text.replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();

/** The patterns of each message: one, or one for each plural. */
function messages() {
  const found = new Map();
  let name;
  for (const line of readFileSync(join(LOCALES, 'en.ftl'), 'utf8').split('\n')) {
    const start = /^([a-z_]+) = ?(.*)$/.exec(line);
    const variant = /^\s+\*?\[\w+\] (.*)$/.exec(line);
    if (start) found.set((name = start[1]), start[2] ? [start[2]] : []);
    else if (variant) found.get(name).push(variant[1]);
  }
  return found;
}

/** Messages that stand inside of others. */
const PARTS = ['device_unknown'];

const pattern = (text, part) => new RegExp(`${part ? '' : '^'}${plain(text).split(/\{[^}]*\}/).map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('.+')}${part ? '' : '$'}`);

/** What every page of a walk said, and what the pages were. */
export class Seen {
  pages = new Set();
  #texts = new Set();

  async add(page) {
    const { name, texts } = await page.evaluate(() => {
      const texts = [document.title];
      const read = (root) => {
        for (const element of root.querySelectorAll('*')) {
          const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data);
          texts.push(element.textContent, element.getAttribute('aria-label') ?? '', ...own);
          if (element.shadowRoot) read(element.shadowRoot);
        }
      };
      read(document);
      return { name: document.documentElement.dataset.page, texts };
    });
    if (name) this.pages.add(name);
    // The dashboard has words of its own.
    if (new URL(page.url()).pathname.startsWith('/dashboard')) return;
    for (const text of texts) if (text.length < 1000) this.#texts.add(plain(text));
  }

  /** The names of messages that no page showed. */
  missing() {
    const texts = [...this.#texts];
    const shown = (one, part) => texts.some((text) => pattern(one, part).test(text));
    return [...messages()]
      .filter(([name, patterns]) => !patterns.some((one) => shown(one, PARTS.includes(name))))
      .map(([name]) => name);
  }
}
