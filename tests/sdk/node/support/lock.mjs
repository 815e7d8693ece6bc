// The npm package auth0-lock in a bundle.
import { readFileSync } from 'node:fs';

// Its auth0-js calls itself a module, but what Lock requires of it is a script.
export const asScripts = {
  name: 'auth0-js as a script',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^auth0-js/ }, async ({ path, pluginData, resolveDir }) => {
      if (pluginData === 'resolved') return undefined;
      const found = await resolve(path, { kind: 'require-call', resolveDir, pluginData: 'resolved' });
      return { path: found.path, namespace: 'script' };
    });
    onLoad({ filter: /.*/, namespace: 'script' }, ({ path }) => ({ contents: readFileSync(path, 'utf8') }));
  },
};
