/**
 * Users sign in on the UI's own page, and each call carries the token that they received. The token is stored in the
 * tab's session storage: it survives a reload, is not sent by other sites, and ends when the tab is closed.
 */
export interface TokenLogin {
  readonly type: "token";
  /** Path that takes `{ username, password }` as JSON by POST. */
  readonly url: string;
  /**
   * Where the token is in the JSON of the response, as a JSON pointer.
   * @default "/result/value/token"
   */
  readonly tokenPointer?: string | undefined;
  /**
   * Request header that carries the token.
   * @default "Authorization"
   */
  readonly header?: string | undefined;
  /**
   * The scheme before the token in that header.
   * @default "Bearer "
   */
  readonly prefix?: string | undefined;
  /**
   * Whether the page asks for a realm, sent as `realm`.
   * @default false
   */
  readonly realm?: boolean | undefined;
}

/**
 * The host signs users in on a separate page and identifies them by a cookie. Its `authorize` must refuse requests that
 * `isCrossSite` reports, or check a CSRF token.
 */
export interface CookieLogin {
  readonly type: "cookie";
  /** Path of the host's sign-in page; the UI's address is added as the parameter `return_to`. */
  readonly url: string;
  /** Path to which the page sends a POST request to end the session. Without it, there is no button to sign out. */
  readonly logoutUrl?: string | undefined;
  /**
   * Where the host's CSRF token is: the value of `cookie`, which scripts can read, is sent in `header`.
   * @default no token is sent
   */
  readonly csrf?: { readonly cookie: string; readonly header: string } | undefined;
}

/** How users of the UI sign in. */
export type Login = TokenLogin | CookieLogin;

/** Options of `createAdminUi`. */
export interface AdminUiOptions {
  /**
   * Path at which the UI is mounted.
   * @default "/ui"
   */
  readonly basePath?: string | undefined;
  /**
   * Path of the management API (`@bookend/admin`) on the same host.
   * @default "/event"
   */
  readonly apiPath?: string | undefined;
  readonly login: Login;
  /**
   * Name of the server, in the header and the title of the page; up to 60 characters.
   * @default "Bookend"
   */
  readonly title?: string | undefined;
  /**
   * Path below which a demo or test server provides the messages that it sent (`/mails`, `/sms`, `/hooks`, as JSON).
   * @default the page for these messages does not exist
   */
  readonly outboxPath?: string | undefined;
}

/** The UI, which can be mounted in any server. */
export interface AdminUi {
  /** Handles a request at or below `basePath`. Never rejects. */
  fetch(request: Request): Promise<Response>;
}
