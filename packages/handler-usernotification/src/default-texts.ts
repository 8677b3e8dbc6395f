import { type Facts, parseTemplate, type Template } from "@bookend/core";

/** The default subject and body of a notification. */
export interface DefaultTexts {
  /** Subject of a mail. */
  readonly subject: Template;
  readonly body: Template;
}

/** The default subject of privacyIDEA, and a body with the facts that its documentation lists. */
const aboutTokens: DefaultTexts = {
  subject: parseTemplate("An action was performed on your token."),
  body: parseTemplate(`Hello {user},

this was done to your token {serial}: {action}
It was done by {admin}{{#if realm}}@{realm}{{/if}}.

Your tokens: {url}
`),
};

const aboutCalls: DefaultTexts = {
  subject: parseTemplate("An action was performed."),
  body: parseTemplate(`Hello{{#if user}} {user}{{/if}},

this was done: {action}
{{#if actor}}It was done by {actor}{{#if realm}}@{realm}{{/if}}.
{{/if}}{{#if url}}
{url}
{{/if}}`),
};

/** Returns the default subject and body for a host with or without tokens. */
export function defaultTexts({ directories }: Facts): DefaultTexts {
  return directories.tokens ? aboutTokens : aboutCalls;
}
