// A person without a mouse: Tab to a place, then type.
import assert from 'node:assert/strict';

/** Tabs on until the focus is at the element with this id, or at the link or button with this text, within a part of the page. */
export async function tabTo(page, name, within = 'body') {
  const seen = [];
  for (let tries = 0; tries < 120; tries += 1) {
    await page.keyboard.press('Tab');
    const { id, text, visible, inside } = await page.evaluate((within) => {
      const element = document.activeElement;
      const box = element.getBoundingClientRect();
      const { outlineStyle } = getComputedStyle(element);
      return {
        id: element.id,
        text: element.textContent.replace(/\s+/g, ' ').trim(),
        visible: box.width > 0 && outlineStyle !== 'none',
        inside: Boolean(element.closest(within)),
      };
    }, within);
    if (inside && (id === name || text === name)) {
      assert.ok(visible, `the focus on ${name} does not show`);
      return;
    }
    seen.push(id || text.slice(0, 40));
  }
  assert.fail(`Tab never comes to ${name}, but to: ${seen.join(', ')}`);
}

/** Goes there and presses; waits for the page that comes. */
export async function press(page, name, landmark, within) {
  await tabTo(page, name, within);
  await anew(page, () => page.keyboard.press('Enter'));
  await page.locator(`[data-page=${landmark}]`).waitFor();
}

/** Goes to a field and types over what stands there. */
export async function type(page, id, text) {
  await tabTo(page, id);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text);
}

/** Chooses from a list by the first letters. */
export async function choose(page, id, letters, value) {
  await tabTo(page, id);
  await page.keyboard.type(letters);
  assert.equal(await page.locator(`[id="${id}"]`).inputValue(), value);
}

/** Waits until what is done has led to another document. */
export async function anew(page, act) {
  const before = await page.evaluate(() => performance.timeOrigin);
  await act();
  await page.waitForFunction((before) => performance.timeOrigin > before && document.readyState === 'complete', before);
}
