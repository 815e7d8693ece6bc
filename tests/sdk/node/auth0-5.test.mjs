// The npm package auth0, major version 5, unmodified.
import * as auth0 from 'auth0-5';

import { suite } from './support/auth0.mjs';

suite(auth0);
