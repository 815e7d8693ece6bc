// The npm package auth0-js, major version 10, unmodified, in a page of its own origin.
import { suite } from '../support/auth0-js.mjs';

await suite('auth0-js/dist/auth0.min.js');
