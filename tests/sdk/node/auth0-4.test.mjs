// The npm package auth0, major version 4, unmodified.
import * as auth0 from 'auth0-4';

import { suite } from './support/auth0.mjs';

suite(auth0);
