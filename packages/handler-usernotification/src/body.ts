import { readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { type Problem, parseTemplate, type Template, ValueError } from "@bookend/core";
import { Refusal } from "./refusal.js";

/** A template, or the name of a template file in the template directory. */
export type Body = Template | { readonly file: string };

const prefix = "file:";

/** Maximum size of a template file in bytes. */
const maxFileSize = 1024 * 1024;

/**
 * Parses a body, or `file:NAME`.
 *
 * @throws {ValueError} VALUE_INVALID
 */
export function parseBody(source: string): Body {
  if (!source.startsWith(prefix)) return parseTemplate(source);
  const file = source.slice(prefix.length);
  if (/^\.{0,2}$|[/\\\p{Cc}]/u.test(file)) {
    throw new ValueError(
      "the body does not name a template file",
      "file:NAME, the name of a file in the template directory",
    );
  }
  return { file };
}

/** Reads bodies and template files. */
export interface BodySource {
  /**
   * Reads the text of a body.
   *
   * @throws {Refusal} for a file that cannot be used
   */
  load(body: Body): Promise<Template>;
  /** Returns the text of a body and its problems. The text is empty if the body cannot be used. */
  check(body: Body): Promise<{ readonly template: Template; readonly problems: readonly Problem[] }>;
}

/** Reads bodies `file:NAME` from a directory. Without a directory, such bodies are refused. */
export function bodySource(directory: string | undefined): BodySource {
  const parsed = new Map<string, Template>();
  const load: BodySource["load"] = async (body) => {
    if (!("file" in body)) return body;
    const { file } = body;
    const source = await readTemplate(directory, file);
    const known = parsed.get(file);
    if (known?.source === source) return known;
    const template = parseFile(file, source);
    parsed.set(file, template);
    return template;
  };
  return {
    load,
    async check(body) {
      try {
        return { template: await load(body), problems: [] };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const message = `options.body cannot be used: ${error.message}.`;
        const problem: Problem = { severity: "error", code: "OPTION_INVALID", field: "options.body", message };
        return { template: parseTemplate(""), problems: [problem] };
      }
    },
  };
}

async function readTemplate(directory: string | undefined, name: string): Promise<string> {
  if (directory === undefined) throw new Refusal("this server has no template directory");
  const paths = [directory, join(directory, name)];
  const [root, path] = await Promise.all(paths.map((one) => realpath(one).catch(() => undefined)));
  const found = path?.startsWith(`${root}${sep}`) ? await stat(path) : undefined;
  if (path === undefined || !found?.isFile() || found.size > maxFileSize) {
    throw new Refusal(`the template directory does not contain a usable file ${JSON.stringify(name)}`);
  }
  return readFile(path, "utf8");
}

function parseFile(name: string, source: string): Template {
  try {
    return parseTemplate(source);
  } catch (error) {
    const reason = error instanceof ValueError ? error.message : "it cannot be parsed";
    throw new Refusal(`the template file ${JSON.stringify(name)} cannot be used: ${reason}`);
  }
}
