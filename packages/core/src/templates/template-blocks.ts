import Handlebars from "handlebars";
import { ValueError } from "../contracts/errors.js";
import type { BlockName, Local, TemplateNode, ValueNode } from "./template-nodes.js";

const allowed =
  "{{name}} with the name of a tag, the blocks {{#if name}}, {{#unless name}}, {{#each name}}, {{#with name}} with {{else}}, and {{this}}, {{@index}}, {{@first}}, {{@last}} inside each; a brace itself is written \\{";

const tagName = /^(?:[a-z_][a-z0-9_]*|[a-z]+(?:\.[\w-]+)+)$/;

const blockNames: ReadonlySet<string> = new Set<BlockName>(["if", "unless", "each", "with"]);

const localNames = new Map<string, keyof Local>([
  ["this", "this"],
  [".", "this"],
  ["@index", "index"],
  ["@first", "first"],
  ["@last", "last"],
]);

/** Maximum nesting of blocks; deeper nesting is assumed to be a mistake. */
const maxDepth = 16;

/**
 * Maximum number of expressions, and of characters in one: the parser of Handlebars takes quadratic time for nested
 * blocks.
 */
const maxExpressions = 500;
const maxExpressionLength = 200;

/**
 * Placeholders for `\{`, and for a brace after `}}`, while Handlebars parses the string: code points that no text
 * contains.
 */
const openMark = "\ufdd0";
const closeMark = "\ufdd1";

/** The blocks around a node. */
interface Scope {
  readonly depth: number;
  /** `each` if one of the blocks is an `each`, otherwise `with` if one of them is a `with`. */
  readonly inside: "each" | "with" | undefined;
}

/**
 * Parses a string with Handlebars. Only its parser is used: the nodes are checked against an allow list and rendered by
 * our code, so that no template is compiled to code and no prototype is ever read.
 */
export function parseBlocks(
  source: string,
  parseText: (text: string) => TemplateNode[],
  useTag: (name: string) => void,
): TemplateNode[] {
  function statements(program: hbs.AST.Program | undefined, scope: Scope): TemplateNode[] {
    if (!program) return [];
    if (scope.depth > maxDepth) throw refuse(`blocks are nested more than ${maxDepth} levels deep`);
    if (program.blockParams?.length) throw refuse(`names after "as" are not available`);
    return program.body.flatMap((node) => statement(node, scope));
  }

  function statement(node: hbs.AST.Statement, scope: Scope): TemplateNode[] {
    switch (node.type) {
      case "ContentStatement":
        return parseText(unmarked((node as hbs.AST.ContentStatement).value));
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
    if (!subject || more.length > 0 || hash) throw refuse(`{{#${name}}} takes exactly one name of a tag`);
    if (name === "each" && scope.inside === "each") throw refuse("an each inside another each is not available");
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
    const local = localNames.get(node.original);
    if (local !== undefined) {
      if (scope.inside === "each" || (scope.inside === "with" && local === "this")) return { local };
      const where = local === "this" ? "{{#each}} and {{#with}}" : "{{#each}}";
      throw refuse(`{{${node.original}}} is available only inside ${where}`);
    }
    // names such as `../serial` and `@root` are refused here; `useTag` refuses tags that do not exist
    if (!tagName.test(node.original)) throw refuse(`{{${node.original}}} is not the name of a tag`);
    useTag(node.original);
    return { tag: node.original };
  }

  const text = marked(source);
  checkExpressions(text);
  return statements(parse(text), { depth: 0, inside: undefined });
}

function refuse(why: string): ValueError {
  return new ValueError(unmarked(why), allowed);
}

function marked(source: string): string {
  if (source.includes(openMark) || source.includes(closeMark)) throw refuse("U+FDD0 and U+FDD1 are not characters");
  return source
    .replaceAll("\\{", openMark)
    .replace(/\}\}(\}+)/g, (_, more: string) => `}}${closeMark.repeat(more.length)}`);
}

function unmarked(text: string): string {
  return text.replaceAll(openMark, "\\{").replaceAll(closeMark, "}");
}

function checkExpressions(text: string): void {
  // `{{{` would insert a value unescaped, and `{{{{` begins a raw block, which looks like any other block once it is
  // parsed
  if (/\{\{(?:\{|~?\s*&)/.test(text)) throw refuse("{{{ and {{& are not available: every value is escaped");
  const [, ...expressions] = text.split("{{");
  if (expressions.length > maxExpressions) throw refuse(`there are more than ${maxExpressions} {{`);
  for (const expression of expressions) {
    const end = expression.indexOf("}}");
    const length = end < 0 ? expression.length : end;
    if (length > maxExpressionLength && !/^~?!/.test(expression)) {
      throw refuse(`an expression that begins with {{ is longer than ${maxExpressionLength} characters`);
    }
  }
}

function parse(text: string): hbs.AST.Program {
  try {
    return Handlebars.parse(text);
  } catch (error) {
    // only the first line of the parser's messages contains the position; the rest repeats the string
    const [where = ""] = error instanceof Error && !(error instanceof RangeError) ? error.message.split("\n") : [];
    const line = /^Parse error on line (\d+)/.exec(where)?.[1];
    if (line !== undefined) throw refuse(`line ${line}: a {{ is not complete or not understood`);
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
