// The ManagementClient of the npm package auth0, major version 4, unmodified.
import * as auth0 from 'auth0-4';

import * as words from './support/management/calls-4.mjs';
import { suite } from './support/management/index.mjs';

suite('auth0-4', auth0, words);
