// The npm package auth0, major version 6, unmodified.
import * as auth0 from 'auth0-6';

import { suite } from './support/auth0.mjs';

suite(auth0);
