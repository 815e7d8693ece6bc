// Puts what the server serves into the package, and the module's hash beside it for `integrity="..."`.
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
for (const name of ['latchkey-login.js', 'latchkey-login.d.ts']) {
  copyFileSync(here(`../../crates/http/assets/${name}`), here(name));
}
const hash = createHash('sha384').update(readFileSync(here('latchkey-login.js'))).digest('base64');
writeFileSync(here('integrity.txt'), `sha384-${hash}\n`);
