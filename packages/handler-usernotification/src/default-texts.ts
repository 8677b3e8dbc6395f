import { type Facts, parseTemplate, type Template } from "@bookend/core";

/** The default text of a notification. */
export interface DefaultTexts {
  /** Of a mail. */
  readonly subject: Template;
  readonly body: Template;
}

/** privacyIDEA's subject, and a body that names what its document says. */
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

/** Those for a host that has tokens, or for any other. */
export function defaultTexts({ directories }: Facts): DefaultTexts {
  return directories.tokens ? aboutTokens : aboutCalls;
}
