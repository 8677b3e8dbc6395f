// Comments, messages and documents avoid phrases that a native reader stumbles over: see docs/style.md. `check-english.mjs [path…]`
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "./run.mjs";
import { git } from "./tarballs.mjs";

/** Each: what is found, and what to write. */
const phrases = [
  [
    /(?<!there )\b(is|are|was|were) no (?!longer|more|less|matter|doubt|different|exception|such)/i,
    'is not a …, "is not valid", "does not"',
  ],
  [/\b(has|have|had) to be\b/i, "must be"],
  [/\ba text\b(?! (file|field|editor|area|message|part|body|format|channel))/i, "a string"],
  [/\btexts\b/i, "strings, messages"],
  [/\banswers with\b/i, "returns, responds with"],
  [/\banew\b/i, "again"],
  [/\bbe (he|she|it|they)\b/i, "whether or not, even if"],
  [/\b(he|his|him|himself)\b/i, "they, their, them"],
  [/\bfor a start\b/i, "to get started"],
  [/\bfrom of old\b|\bsince long\b|\bby and by\b/i, "for a long time, gradually"],
  [/\bwhat is none\b|\bthat is none\b|\bwhich is none\b/i, "that is not one, that is not valid"],
  [/\bis over\b(?! HTTP| TLS| the limit)/i, "has expired, has ended"],
  [/\bforgives\b/i, "ignores, tolerates"],
  [/\bsees that\b/i, "verifies that, makes sure that"],
  [/\bwho(ever)? nobody\b|\bnobody's business\b/i, "name who"],
];

/** Not prose, not ours, or about phrases. */
const skipped =
  /^(etc|docs\/style\.md|scripts\/check-english\.mjs)|(^|\/)(fixtures|node_modules|dist)\/|pnpm-lock\.yaml/;

const wanted = process.argv.slice(2);
const files = git(["ls-files", "--cached", "--others", "--exclude-standard", "--", ...wanted])
  .split("\n")
  .filter((file) => /\.(ts|mjs|tsx|md|yml)$/.test(file) && !skipped.test(file));
const problems = [];
for (const file of new Set(files)) {
  let text;
  try {
    text = readFileSync(join(root, file), "utf8");
  } catch {
    continue; // deleted, and not committed yet
  }
  for (const { line, prose } of file.endsWith(".md") || file.endsWith(".yml")
    ? proseOfDocument(text)
    : proseOfCode(text)) {
    for (const [phrase, instead] of phrases) {
      const found = prose.match(phrase);
      if (found) problems.push(`${file}:${line}: "${found[0]}". Write: ${instead}.`);
    }
  }
}
for (const problem of problems) console.error(problem);
console.log(`${files.length} files, ${problems.length} phrases`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Lines of a document without blocks of code, inline code and quotes. */
function proseOfDocument(text) {
  let fenced = false;
  return text.split("\n").flatMap((content, index) => {
    if (/^\s*(```|~~~)/.test(content)) {
      fenced = !fenced;
      return [];
    }
    return fenced || content.startsWith(">") ? [] : [{ line: index + 1, prose: withoutQuotes(content) }];
  });
}

/** Comments, strings and the fixed parts of templates. */
function proseOfCode(text) {
  const source = ts.createSourceFile("file.ts", text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TSX);
  const parts = [];
  const seen = new Set();
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  const comment = ({ pos, end }) => {
    if (seen.has(pos)) return;
    seen.add(pos);
    parts.push({ line: lineOf(pos), prose: withoutQuotes(text.slice(pos, end).replace(/\n\s*\*?/g, " ")) });
  };
  const visit = (node) => {
    for (const range of ts.getLeadingCommentRanges(text, node.pos) ?? []) comment(range);
    for (const range of ts.getTrailingCommentRanges(text, node.end) ?? []) comment(range);
    // a string of one word is a name or a value
    if (
      (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) &&
      / .* /.test(node.text)
    ) {
      parts.push({ line: lineOf(node.getStart(source)), prose: node.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return parts;
}

function withoutQuotes(text) {
  return text
    .replace(/`[^`]*`/g, "`code`")
    .replace(/"[^"]*"/g, '"quote"')
    .replace(/\*[^*]+\*/g, "*quote*");
}
