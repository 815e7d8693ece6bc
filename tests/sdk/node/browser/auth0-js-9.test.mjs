// The npm package auth0-js, version 9 as Lock brings it, unmodified, in a page of its own origin.
import { suite } from '../support/auth0-js.mjs';

await suite('../node_modules/auth0-lock/node_modules/auth0-js/dist/auth0.min.js');
