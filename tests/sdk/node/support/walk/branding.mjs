// The pages in the colours of an operator: a pale one that no text can have, before a dark gradient.
import { operator } from '../operator.mjs';
import { facts } from '../server.mjs';

const LOGO = new URL('/assets/key.svg', facts.base_url).href;
const BRANDS = {
  pale: { primary: '#ffd400', page_background: '#fff7d6' },
  dark: { primary: '#5b0a3c', page_background: { type: 'linear-gradient', start: '#2a0a3c', end: '#041b33', angle_deg: 30 } },
};

export async function branding(walk) {
  for (const [name, colors] of Object.entries(BRANDS)) {
    await operator('PATCH', '/branding', { colors, logo_url: LOGO, favicon_url: LOGO });
    for (const width of [320, 1024]) {
      const page = await walk.newcomer({ viewport: { width, height: 900 } });
      await page.goto(walk.request());
      await page.locator('.logo').waitFor();
      await walk.see(page, `brand-${name}-identify-${width}`);
      await walk.ask(page, 'sms');
      await walk.see(page, `brand-${name}-code-${width}`);
      await walk.leave(page);
    }
  }
  await operator('PATCH', '/branding', { colors: null, logo_url: null, favicon_url: null });
}
