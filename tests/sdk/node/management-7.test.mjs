// The ManagementClient of the npm package auth0, major version 7, unmodified.
import * as auth0 from 'auth0-7';

import * as words from './support/management/calls-5.mjs';
import { suite } from './support/management/index.mjs';

suite('auth0-7', auth0, words);
