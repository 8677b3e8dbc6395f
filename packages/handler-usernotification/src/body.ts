import { readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { type Problem, parseTemplate, type Template, ValueError } from "@bookend/core";
import { Refusal } from "./refusal.js";

/** A string with tags, or the name of a file in the template directory that has it. */
export type Body = Template | { readonly file: string };

const prefix = "file:";

/** Bytes that a template file may have. */
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
      "this is not the name of a template file",
      "file:NAME, the name of a file in the template directory",
    );
  }
  return { file };
}

/** Reads bodies. */
export interface BodySource {
  /**
   * The text of a body.
   *
   * @throws {Refusal} for a file that cannot be used
   */
  load(body: Body): Promise<Template>;
  /** The text of a body, empty if it cannot be used, and what is wrong with it. */
  check(body: Body): Promise<{ readonly template: Template; readonly problems: readonly Problem[] }>;
}

/** Reads the bodies `file:NAME` from one directory; without one there are none. */
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
    throw new Refusal(`the template directory has no usable file ${JSON.stringify(name)}`);
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
