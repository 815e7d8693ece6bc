// What is looked at on each page: by axe-core, and by what axe-core cannot see.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
/** The rules that a colour scheme can break. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/**
 * axe-core finds nothing, and leaves nothing to look at by hand. `only` are the names of rules; without it all
 * that are about accessibility. What is shown `within` a page of another program has no landmarks of its own.
 */
export async function axeFindsNothing(page, name, { only, within } = {}) {
  if (!(await page.evaluate(() => Boolean(window.axe)))) await page.evaluate(AXE);
  const runOnly = only ? { type: 'rule', values: only } : { type: 'tag', values: RULES };
  // What stands in a frame may run nothing, and is looked at by itself.
  const frames = { 'frame-tested': { enabled: false } };
  const rules = within ? { ...frames, 'landmark-one-main': { enabled: false }, region: { enabled: false } } : frames;
  let found;
  const look = async () => {
    found = await page.evaluate(async ({ runOnly, rules }) => {
      const { violations, incomplete } = await window.axe.run(document, { runOnly, rules, resultTypes: ['violations', 'incomplete'], preload: false, iframes: false });
      const short = (kind) => ({ id, nodes }) => nodes.map(({ html, any, all, none }) => {
        const why = [...any, ...all, ...none].map(({ data }) => data?.messageKey).filter(Boolean).join(' ');
        return `${kind} ${id} ${why}: ${html.slice(0, 160)}`;
      });
      return [...violations.flatMap(short('broken')), ...incomplete.flatMap(short('unsure'))];
    }, { runOnly, rules });
  };
  // Programs that show mails paint the ground, as a browser does with its own colour; axe-core takes it for white.
  if (within) await withStyle(page, ':root { background: Canvas; color: CanvasText; }', look);
  else await look();
  assert.deepEqual(found, [], name);
}

/** The dark scheme, larger texts, forced colours. In the dark only colours can be wrong, unless all `rules` are asked for. */
export async function everythingElse(page, name, { rules, within } = {}) {
  await page.emulateMedia({ colorScheme: 'dark' });
  try {
    await axeFindsNothing(page, `${name}, dark`, { within, only: rules === 'all' ? undefined : COLOURS });
  } finally {
    await page.emulateMedia({ colorScheme: 'light' });
  }
  await textsMayGrow(page, name);
  await formsAreSeenInForcedColors(page, name);
}

/** Nothing is wider than the window. */
export async function nothingScrollsSideways(page, name) {
  const wider = await page.evaluate(() => [...document.querySelectorAll('*')].filter((element) =>
    document.documentElement.scrollWidth > window.innerWidth && element.getBoundingClientRect().right > window.innerWidth + 0.5)
    .map((element) => element.outerHTML.slice(0, 120)));
  const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  assert.ok(!scrolls, `${name} scrolls sideways: ${wider.join(' | ')}`);
}

/** Texts that stick out of their box, or are cut by it. `pre` scrolls, and can be reached by keyboard. */
export async function nothingIsCut(page, name) {
  const cut = await page.evaluate(() => {
    const found = [];
    const look = (root) => {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) look(element.shadowRoot);
        const { display, overflowX } = getComputedStyle(element);
        const seen = element.checkVisibility() && display !== 'inline' && !element.matches('pre, .unseen, .skip, option, select, svg *');
        const scrolls = overflowX === 'auto' || overflowX === 'scroll';
        // A field scrolls what is typed; one pixel is rounding.
        const field = element.matches('input, textarea');
        if (seen && !scrolls && !field && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0) {
          found.push(`${element.scrollWidth} > ${element.clientWidth}: ${element.outerHTML.slice(0, 120)}`);
        }
        const fixed = element.matches('button, input') && element.scrollHeight > element.clientHeight + 1;
        if (seen && fixed) found.push(`${element.scrollHeight} high in ${element.clientHeight}: ${element.outerHTML.slice(0, 120)}`);
      }
    };
    look(document);
    return found;
  });
  assert.deepEqual(cut, [], name);
}

/** A style beside those of the page, for as long as `work` takes. The policy of the page allows no other way. */
export async function withStyle(page, css, work) {
  const set = (css) => page.evaluate((css) => {
    const roots = [document, ...[...document.querySelectorAll('*')].map(({ shadowRoot }) => shadowRoot).filter(Boolean)];
    for (const root of roots) {
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => !sheet.ofTest);
      if (!css) continue;
      const sheet = Object.assign(new CSSStyleSheet(), { ofTest: true });
      sheet.replaceSync(css);
      root.adoptedStyleSheets.push(sheet);
    }
  }, css);
  await set(css);
  try {
    await work();
  } finally {
    await set('');
  }
}

/** WCAG 2.2, 1.4.12. */
export const SPACED = `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
  p { margin-block-end: 2em !important; }`;
/** WCAG 2.2, 1.4.4: text alone, twice as large. */
export const LARGE = ':root { font-size: 200% !important; } :host { font-size: 2rem !important; }';

/** Larger, and further apart: nothing is lost. */
export async function textsMayGrow(page, name) {
  const { width, height } = page.viewportSize();
  await withStyle(page, SPACED, async () => {
    await nothingScrollsSideways(page, `${name}, spaced`);
    await nothingIsCut(page, `${name}, spaced`);
  });
  await page.setViewportSize({ width: 640, height });
  await withStyle(page, LARGE, async () => {
    await nothingScrollsSideways(page, `${name}, twice as large`);
    await nothingIsCut(page, `${name}, twice as large`);
  });
  await page.setViewportSize({ width, height });
}

/** In forced colours everything that has an outline keeps one: fields, buttons, the focus. */
export async function formsAreSeenInForcedColors(page, name) {
  await page.emulateMedia({ forcedColors: 'active' });
  const lost = await page.evaluate(() => {
    const found = [];
    const look = (root) => {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) look(element.shadowRoot);
        if (!element.matches('input:not([type=hidden]), button, select') || element.disabled || !element.checkVisibility()) continue;
        const style = getComputedStyle(element);
        const box = style.borderTopStyle !== 'none' && parseFloat(style.borderTopWidth) > 0;
        if (!box && style.textDecorationLine !== 'underline' && !element.matches('[type=checkbox], [type=radio]')) found.push(element.outerHTML.slice(0, 120));
      }
    };
    look(document);
    return found;
  });
  await page.emulateMedia({ forcedColors: 'none' });
  assert.deepEqual(lost, [], name);
}
