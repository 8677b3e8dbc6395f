// Enforces naming and doc comment conventions: fails on constants in upper case, on doc comments of functions that do
// not begin with a verb, and on errors that doc comments do not document as `@throws {ClassName} CODE`.
// `check-dialect.mjs [root]`
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

const root = process.argv[2] ?? ".";
const problems = [];
const files = sourceFiles();
/** Error classes with codes. */
const coded = new Set();
/** Functions that create such an error, by package and name: `throw parameterError("…")`. */
const makers = new Map();
/** First words of sentences that usually have no verb, or whose subject is not the function. */
const noVerb = /^(The|An?|All|Each|Every|One|Both|Any|Whether|Its?|Undefined|Null|True|False|Newest|Oldest) /;
for (const file of files) visit(file, learn);
for (const file of files) check(file);

for (const problem of problems) console.error(problem);
console.log(`${files.length} files, ${problems.length} dialect problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

function sourceFiles() {
  return ["packages", "apps"].flatMap((folder) =>
    readdirSync(join(root, folder)).flatMap((name) =>
      ["src", "test", "bench"].flatMap((part) => filesIn(join(root, folder, name, part))),
    ),
  );
}

function filesIn(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((path) => ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true));
}

function visit(node, see) {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

function check(file) {
  const report = (node, message) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    problems.push(`${relative(root, file.fileName)}:${line + 1}: ${message}`);
  };
  checkConstants(file, report);
  const isTest = !/\/src\//.test(file.fileName) || /\.test(-d)?\.ts$/.test(file.fileName);
  visit(file, (node) => {
    for (const comment of node.jsDoc ?? []) checkComment(comment, report);
    checkVerb(node, report);
    if (!isTest) checkThrows(node, report);
  });
}

function learn(node) {
  const thrown = thrownCode(node);
  if (thrown) coded.add(thrown.name);
  const [name, body] = ts.isFunctionDeclaration(node)
    ? [node.name, returned(node.body)]
    : ts.isVariableDeclaration(node) && node.initializer && ts.isArrowFunction(node.initializer)
      ? [node.name, returned(node.initializer.body)]
      : [];
  const made = name && body && createdError(body);
  if (!made) return;
  coded.add(made.name);
  makers.set(keyOf(name), made);
}

/** Returns the expression that a function returns, if that is its only statement. */
function returned(body) {
  if (!body || !ts.isBlock(body)) return body;
  const last = body.statements.at(-1);
  return last && ts.isReturnStatement(last) ? last.expression : undefined;
}

function checkConstants(file, report) {
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name } of statement.declarationList.declarations) {
      if (!ts.isIdentifier(name) || !/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(name.text)) continue;
      report(name, `the constant ${name.text} is in upper case. Allowed: camelCase`);
    }
  }
}

function checkComment(comment, report) {
  const prose =
    typeof comment.comment === "string" ? comment.comment : (ts.getTextOfJSDocComment(comment.comment) ?? "");
  if (/(^|[.:;]\s+|\n\s*)(Throws|Rejects with|Errors:)\s/.test(prose)) {
    report(comment, "documents in prose what is thrown. Allowed: @throws {ClassName} CODE");
  }
  for (const tag of comment.tags ?? []) {
    if (tag.tagName.text !== "throws") continue;
    const text = tag.getText().replace(/\s*\n\s*\*?\s*/g, " ");
    const [, name, code] = /^@throws \{([A-Za-z]\w*)\}(?: ([A-Z][A-Z0-9_]+)\b)?/.exec(text) ?? [];
    if (name === undefined) report(tag, `"${text}" does not name a class. Allowed: @throws {ClassName} CODE`);
    else if (coded.has(name) && code === undefined && !/ one of \{@link \w+Codes\}/.test(text))
      report(tag, `"${text}" does not name a code. Allowed: @throws {${name}} CODE`);
  }
}

/** Checks that the doc comment of a function begins with a verb in the third person, such as "Returns". */
function checkVerb(node, report) {
  if (!isFunction(node)) return;
  const prose = ts.getTextOfJSDocComment(node.jsDoc?.at(-1)?.comment) ?? "";
  const [word] = noVerb.exec(prose) ?? [];
  if (word)
    report(node, `the doc comment of a function begins with "${word.trim()}". Allowed: a verb such as "Returns"`);
}

function isFunction(node) {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isMethodSignature(node)) return true;
  if (!ts.isVariableStatement(node)) return false;
  const { initializer } = node.declarationList.declarations[0];
  return initializer !== undefined && ts.isArrowFunction(initializer);
}

/** Checks that the doc comment of an exported function or method names every error that it throws itself. */
function checkThrows(node, report) {
  if (!isDocumentedFunction(node)) return;
  const said = [...(ts.getJSDocTags(node) ?? [])]
    .filter((tag) => tag.tagName.text === "throws")
    .map((tag) => tag.getText());
  const missing = new Set();
  for (const { name, code } of thrownIn(node.body)) {
    if (!said.some((text) => text.includes(`{${name}}`) && new RegExp(`\\b${code}\\b`).test(text))) {
      missing.add(`@throws {${name}} ${code}`);
    }
  }
  for (const tag of missing)
    report(node, `the doc comment of ${node.name?.getText() ?? "a constructor"} does not contain ${tag}`);
}

function isDocumentedFunction(node) {
  if ((node.jsDoc ?? []).length === 0 || node.body === undefined) return false;
  if (ts.isFunctionDeclaration(node)) return isExported(node);
  return (ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node)) && isExported(node.parent);
}

function isExported(node) {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Export) !== 0;
}

/** Returns the errors that a body throws, except those thrown in nested functions. */
function thrownIn(body) {
  const found = [];
  const see = (node) => {
    if (ts.isFunctionLike(node)) return;
    const thrown = thrownCode(node);
    if (thrown) found.push(thrown);
    ts.forEachChild(node, see);
  };
  ts.forEachChild(body, see);
  return found;
}

/** Parses `throw new SomeError("CODE", …)`, or a call of a function that creates one. */
function thrownCode(node) {
  if (!ts.isThrowStatement(node) || !node.expression) return undefined;
  const { expression } = node;
  if (ts.isCallExpression(expression)) return makers.get(keyOf(expression.expression));
  return createdError(expression);
}

/** Parses `new SomeError("CODE", …)`. */
function createdError(expression) {
  if (!ts.isNewExpression(expression) || !ts.isIdentifier(expression.expression)) return undefined;
  const [first] = expression.arguments ?? [];
  if (!first || !ts.isStringLiteral(first) || !/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(first.text)) return undefined;
  return { name: expression.expression.text, code: first.text };
}

function keyOf(name) {
  const [folder, one] = relative(root, name.getSourceFile().fileName).split(/[\\/]/);
  return `${folder}/${one} ${name.getText()}`;
}
