import type { Login } from "../src/options.ts";

/** The configuration that the server passes to the page. */
export interface PageConfig {
  readonly basePath: string;
  readonly apiPath: string;
  readonly title: string;
  readonly outboxPath?: string;
  readonly login: Login;
}

const element = document.querySelector<HTMLMetaElement>('meta[name="bookend-config"]');

/** The configuration, as read from the page. */
export const config: PageConfig = JSON.parse(element?.content ?? "{}");

/** The nonce of the page's content security policy, for styles that are added while the page is used. */
export const nonce = element?.nonce ?? "";
