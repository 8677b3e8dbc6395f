import Handlebars from "handlebars";
import { ValueError } from "./errors.js";
import type { BlockName, TemplateNode, ValueNode } from "./template-nodes.js";

const allowed =
  "{{name}} with the name of a tag, the blocks {{#if name}}, {{#unless name}}, {{#each name}}, {{#with name}} with {{else}}, and {{this}}, {{@index}}, {{@first}}, {{@last}} inside of each; a brace itself is written \\{";

const blockNames: ReadonlySet<string> = new Set<BlockName>(["if", "unless", "each", "with"]);

const localNames = new Map([
  ["this", "this"],
  [".", "this"],
  ["@index", "index"],
  ["@first", "first"],
  ["@last", "last"],
] as const);

/** Blocks within blocks; deeper ones are a mistake. */
const maxDepth = 16;

/** Where in the text a node is. */
interface Scope {
  readonly depth: number;
  /** The innermost `each` or `with` around it. */
  readonly inside: "each" | "with" | undefined;
}

/**
 * Parses a text with Handlebars. Only its parser is used: what it finds is checked against what is allowed,
 * and rendered by us, so that no template becomes code and no prototype is ever asked.
 */
export function parseBlocks(
  text: string,
  brace: string,
  parseText: (text: string) => TemplateNode[],
  useTag: (name: string) => void,
): TemplateNode[] {
  const refuse = (why: string): ValueError => new ValueError(why.replaceAll(brace, "\\{"), allowed);

  function statements(program: hbs.AST.Program | undefined, scope: Scope): TemplateNode[] {
    if (!program) return [];
    if (scope.depth > maxDepth) throw refuse(`blocks are nested deeper than ${maxDepth}`);
    if (program.blockParams?.length) throw refuse(`names after "as" are not available`);
    return program.body.flatMap((node) => statement(node, scope));
  }

  function statement(node: hbs.AST.Statement, scope: Scope): TemplateNode[] {
    switch (node.type) {
      case "ContentStatement":
        return parseText((node as hbs.AST.ContentStatement).value);
      case "CommentStatement":
        return [];
      case "MustacheStatement": {
        const { path, params, hash } = node as hbs.AST.MustacheStatement;
        if (params.length > 0 || hash) throw refuse(`${shown(path)} is not a helper`);
        return [value(path, scope)];
      }
      case "BlockStatement":
        return [block(node as hbs.AST.BlockStatement, scope)];
      default:
        throw refuse("partials and decorators are not available");
    }
  }

  function block({ path, params, hash, program, inverse }: hbs.AST.BlockStatement, scope: Scope): TemplateNode {
    const name = isPath(path) && path.parts.length === 1 && path.depth === 0 && !path.data ? path.original : "";
    if (!isBlockName(name)) throw refuse(`there is no block {{#${shown(path)}}}`);
    const [subject, ...more] = params;
    if (!subject || more.length > 0 || hash) throw refuse(`{{#${name}}} takes the name of one tag`);
    if (name === "each" && scope.inside === "each") throw refuse("an each inside of an each is not available");
    const depth = scope.depth + 1;
    const inside = name === "each" || (name === "with" && scope.inside !== "each") ? name : scope.inside;
    return {
      block: name,
      subject: value(subject, scope),
      body: statements(program, { depth, inside }),
      otherwise: statements(inverse, { depth, inside: scope.inside }),
    };
  }

  function value(node: hbs.AST.Expression, scope: Scope): ValueNode {
    if (!isPath(node)) throw refuse(`${shown(node)} is not the name of a tag`);
    const local = localNames.get(node.original as "this");
    if (local !== undefined) {
      if (scope.inside === "each" || (scope.inside === "with" && local === "this")) return { local };
      throw refuse(
        `{{${node.original}}} stands for something only inside of {{#each}}${local === "this" ? " and {{#with}}" : ""}`,
      );
    }
    const [name] = node.parts;
    if (node.data || node.depth > 0 || node.parts.length !== 1 || name !== node.original) {
      throw refuse(`{{${node.original}}} is not the name of a tag`);
    }
    if (!/^[a-z_]+$/.test(name)) throw refuse(`{{${name}}} is not the name of a tag`);
    useTag(name);
    return { tag: name };
  }

  // `{{{` would insert a value as it is, and `{{{{` a raw block, which looks like any other once it is parsed
  if (text.includes("{{{")) throw refuse("{{{ is not available: values are always escaped as their place needs");
  return statements(parse(text, refuse), { depth: 0, inside: undefined });
}

function parse(text: string, refuse: (why: string) => ValueError): hbs.AST.Program {
  try {
    return Handlebars.parse(text);
  } catch (error) {
    // of its messages the first line says where; the rest repeats the text
    const [where = ""] = error instanceof Error && !(error instanceof RangeError) ? error.message.split("\n") : [];
    const line = /^Parse error on line (\d+)/.exec(where)?.[1];
    if (line !== undefined) throw refuse(`what {{ begins on line ${line} is not complete or not understood`);
    throw refuse(where === "" ? "blocks are nested too deeply" : where);
  }
}

function isPath(node: hbs.AST.Node): node is hbs.AST.PathExpression {
  return node.type === "PathExpression";
}

function isBlockName(name: string): name is BlockName {
  return blockNames.has(name);
}

function shown(node: hbs.AST.Node): string {
  return "original" in node ? String(node.original) : "an expression";
}
