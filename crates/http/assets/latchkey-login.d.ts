/** Where `<latchkey-login>` stands in a sign-in. */
export type LatchkeyState = 'identify' | 'sending' | 'code' | 'checking' | 'done';

export type LatchkeyChannel = 'sms' | 'email';

/** The answer of `/oauth/token`. */
export interface LatchkeyTokens {
  access_token: string;
  token_type: string;
  expires_in: number;
  scope?: string;
  id_token?: string;
  /** Only with the scope `offline_access`. Keep it in memory, or not at all. */
  refresh_token?: string;
}

/** A message is on its way. */
export interface LatchkeySent {
  address: string;
  channel: LatchkeyChannel;
  /** The email holds a link beside the code. */
  link: boolean;
}

/** What went wrong: `code` for programs, `message` for people, `description` for developers. */
export interface LatchkeyFailure {
  code: string;
  message: string;
  description: string;
}

export declare class LatchkeyError extends Error implements LatchkeyFailure {
  readonly code: string;
  readonly description: string;
  /** The HTTP status, where the server refused. */
  readonly status?: number;
  /** Seconds to wait, where `status` is 429. */
  readonly wait?: number;
}

export interface LatchkeyLoginEventMap extends HTMLElementEventMap {
  'latchkey-sent': CustomEvent<LatchkeySent>;
  'latchkey-signed-in': CustomEvent<LatchkeyTokens>;
  'latchkey-error': CustomEvent<LatchkeyFailure>;
}

/** `<latchkey-login>`. Each property is the attribute of the same name, written with hyphens. */
export declare class LatchkeyLogin extends HTMLElement {
  /** Host of the server, such as `login.example.com`. */
  domain: string;
  clientId: string;
  /** A callback of the client. The page's own address where there is none. */
  redirectUri: string;
  /** `openid profile email phone` where there is none. */
  scope: string;
  audience: string;
  /** `sms`, `email` or both; the first one is shown first. Names of your own: `sms=texts email=mails`. */
  connection: string;
  /** What an email holds: a code, or a link and a code. */
  send: '' | 'code' | 'link';
  /** `message`: the tokens come by event. `redirect`: the page goes to `redirectUri` and back. */
  responseMode: '' | 'message' | 'redirect';
  /** A phone number or an email address to begin with. */
  loginHint: string;
  /** As the page's `color-scheme` where there is none. */
  theme: '' | 'light' | 'dark';

  /** `on`: passkeys stand in the list that the browser opens at the field, and behind a button. */
  passkeys: '' | 'on';

  readonly state: LatchkeyState;

  /** Sends a code to a phone number or an email address. */
  start(address: string): Promise<void>;
  /** Proves the code. In the response mode `redirect` the page goes away instead. */
  submit(code: string): Promise<LatchkeyTokens>;
  /** Signs in by a passkey of this device, or of a phone beside it. */
  usePasskey(): Promise<LatchkeyTokens>;
  /** Back to the first question; what is under way is dropped. */
  reset(): void;
  /** The tokens of the next sign-in. Rejected by `reset()` and when the element is removed. */
  signIn(): Promise<LatchkeyTokens>;

  addEventListener<K extends keyof LatchkeyLoginEventMap>(
    type: K,
    listener: (this: LatchkeyLogin, event: LatchkeyLoginEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** The first of these BCP 47 tags that there are texts in; `en` where there is none. */
export declare function negotiate(tags: Iterable<string>): string;

declare global {
  interface HTMLElementTagNameMap {
    'latchkey-login': LatchkeyLogin;
  }
}
