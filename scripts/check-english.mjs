// Finds phrases in comments, messages and documents that native readers stumble over; see docs/style.md.
// `check-english.mjs [path…]`
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "./run.mjs";
import { git } from "./tarballs.mjs";

/** Each entry has a pattern, a suggestion, and sentences that the pattern must find, or else the check fails. */
const phrases = [
  [
    /(?<!there )\b(is|are|was|were) no (?!longer|more|less|matter|doubt|different|exception|such)/i,
    'is not a …, "is not valid", "does not"',
    "says 10.0.0.0/99, which is no network",
    "something that is no JSON object",
    "The parameter to match is no text.",
  ],
  [/\b(has|have|had) to be\b/i, "must be", "The parameter x has to be one text.", "Nobody has to be logged in"],
  [
    /\b(a|one) text\b(?! (file|field|editor|area|message|part|body|format|channel))/i,
    "a string",
    "must be a text of 1 to 2000 characters",
    "has to be one text",
  ],
  [/\btexts\b/i, "strings, messages", "the texts of an action"],
  [/\banswers with\b/i, "returns, responds with", "Answers with nothing if no binding had to wait or run."],
  [/\banew\b/i, "again", "made anew as a TypeScript plugin framework"],
  [
    /\bbe (he|she|it|they)\b/i,
    "whether or not, even if",
    "assigned to a user, be he gone or not",
    "those with x-secret, be it deep inside",
  ],
  [
    /\b(he|his|him|himself)\b/i,
    "they, their, them",
    "Who gets the message: at his attribute mobile.",
    "Without what is known of him.",
    "stays logged in until his token ends",
  ],
  [/\bfor a start\b/i, "to get started", "memoryBindings() for a start"],
  [/\bfrom of old\b|\bsince long\b|\bby and by\b/i, "for a long time, gradually", "known since long"],
  [
    /\b(what|that|which) is none\b/i,
    "that is not one, that is not valid",
    "Throws a TypeError for a secret that is none",
  ],
  [/\bis over\b(?! HTTP| TLS| the limit)/i, "has expired, has ended", "The token is over."],
  [/\bforgives\b/i, "ignores, tolerates", "decoding base64 forgives what is not of it"],
  [/\bsees that\b/i, "verifies that, makes sure that", "Opens a database and sees that it answers."],
  [
    /\bwho(ever)? nobody\b|\bnobody's business\b|\bnobody foresaw\b|\bwhose \w+ nobody\b/i,
    "name who, unexpected, never shown",
    "undefined for what is nobody's business",
    "what nobody foresaw, with where it arose",
    "options whose values nobody may read",
  ],
  [
    /(^|[.:;] )now, \S+ (does not|do not|is|are)\b/i,
    "there is currently no …",
    'options.emailconfig: Now, "offfice" does not exist.',
  ],
  [/\bgive --\w|\? (ask|give)\b/i, "specify, use", "Where? Give --config FILE.", "Why not? Ask. For each binding"],
  [/\bwhat fits\b/i, "the matching …", "Runs what fits of a slot."],
  [
    /\b(it|they|condition|handler|action|object|environment|answer) lacks?\b|" lacks\b/i,
    "does not have, must define",
    'Condition "x" lacks value, actual or matches.',
  ],
  [/" names no \w|\} names no \w/i, "has no … name", '"> 1" names no field.'],
  [/\bbehind the operator\b/i, "after the operator", "has no value behind the operator."],
  [
    /\bcannot be asked\b/i,
    "is not available, cannot be reached, cannot be evaluated",
    "conditions.x cannot be asked: this server has no directory of tokens.",
  ],
  [/\bnot its to\b/i, "must not …", "The body of the request is not read yet, and not its to read."],
  [/\btyping errors?\b|\bis not silent\b/i, "a typo does not go unnoticed", "so that a typing error is not silent"],
  [/\bfrom then on\b/i, "after which … no longer, from that point", "which from then on sends nothing"],
  [/\bas a stranger\b(?! would)/i, "anonymously", "not sent through as a stranger"],
  [
    /\bby who\b|^\W*who (can|may|has|have|configured) [^?]*$/i,
    "anyone who, by anyone who",
    "can be read by who can remove the offer of STARTTLS",
    "Who can write the database but holds no key cannot",
    "who configured a user wants to be logged in",
  ],
  [/\b(has|have) not (the|a|an)\b/i, "does not have the", "Who can write the database but has not the key cannot"],
  [/\bthe own\b/i, "its own, this process's", "subscribe tells of the own writes before"],
  [
    /\btells? of\b|\b(is|are) told\b/i,
    "is notified of, receives, reports",
    "subscribe tells of its own writes",
    "meets the same error, and is told of it",
  ],
  [
    /\bwhoever (asks|may\b(?! \w))/i,
    "a caller who, if the caller may",
    "whoever asks the condition itself",
    "for whoever may; is an error",
  ],
  [/\bbeside\b(?! the point)/i, "next to, in addition to, apart from", "appears at once, whole, beside its place"],
  [/\bthe same of\b/i, "as above for", "The same of any serial, and without a note."],
  [
    /\bwhat is given of\b|\bgets? defaults\b/i,
    "input for …; omitted fields",
    "What is given of something that is stored",
    "the rest gets defaults",
  ],
  [/\bwho tampered\b[^?]*: nobody/i, "verify that nobody has tampered", "See who tampered with the audit log: nobody."],
  [
    /, also (after|as|at|behind|by|for|from|if|in|of|on|one|that|those|through|to|what|when|where|while|with)\b/i,
    "even, including, or … as well",
    "refuses what is elsewhere, also behind a link",
    "calls that have not ended, also those whose client is gone",
  ],
  [
    /\banother \w+( \w+)? than\b/i,
    "a … other than, a different …",
    "a body of another type than JSON",
    "ended with another exit code than zero",
  ],
  [/\b(actions|it|they) made of the call\b/i, "after … changed the call", "again on what pre actions made of the call"],
  [/, else\b(?! if\b)/i, "otherwise, or else", "the call's container, else that of its token"],
  [
    /\bany more\b(?=\W*$|[.,;:)"'`]| if\b| here\b)/i,
    "no longer",
    "It is not known any more.",
    "does not run any more.",
  ],
  [/\bthe error of (a|an|the|this|options|what)\b/i, "the error for", "The error of a name that does not exist."],
  [
    /\b(it|that) is seen (whether|that|if)\b|\bwhenever that is seen\b/i,
    "a check shows whether, is noticed",
    "after that it is seen whether it is back",
  ],
  [/\bwhat (it|they) (was|is|were|are) made of\b/i, "its parts, its source", "what it was made of"],
  [
    /\(allowed: |; allowed: |[^.?!…]["'] allowed: /,
    'a sentence of its own: "Allowed: ….',
    'x is "v" (allowed: a)',
    'x is "v"; allowed: a.',
  ],
  [/\bcompares? so\b/i, "fulfills this comparison", "An attribute of the user compares so."],
  [/\btakes? tags\b/i, "can contain tags", "A string takes tags."],
  [/\bone a (line|pixel|part|byte|minute)\b/i, "one per …", "Headers, one a line.", "one a part"],
  [/\bgives? (a|the) warning\b/i, "causes a warning", "Secret tags give a warning."],
  [/\bwarns? of\b/i, "warns about", "`check` warns of conditions"],
  [/\bas (it|they) stands? there\b/i, "unchanged", "The serial, as it stands there."],
  [
    /\b(all|everything) (that )?it is given\b|\bwhat it is given\b/i,
    "its options, its input",
    "Keeps what it is given.",
  ],
  [/\bin place of\b/i, "instead of", "In place of the server's own."],
  [/\bfor ever\b/i, "forever", "It would wait for ever."],
  [
    /(?<![-/.])\b(re-)?enrol(s|ment|ments)?\b(?![-./])/i,
    "enroll, enrollment",
    "Enrols a token.",
    "the second step of an enrolment",
  ],
  [/\bfulfils?\b/i, "fulfill", "A call without an address does not fulfil it."],
  [/(?<!either )\ball or none\b/i, "either all or none", "Deletes bindings, all or none."],
  [/\bwholly\b/i, "completely", "Creates a container, wholly or not at all."],
  [/\bover the wire\b/i, "in the API", "Columns by their names over the wire."],
  [/\b(inside|outside) of\b/i, "inside, outside", "including for names deep inside of a JSON body"],
  [
    /\b(a|one|each|the|this|last|next|later|first|every) try\b(?! to\b|\/)/i,
    "attempt",
    "The result of a try.",
    "a later try runs without it",
  ],
  [/\b(mis)?spelt\b/i, "spelled", "A misspelt option does not compile."],
  [/\bcentres?\b/i, "center", "The SMS centre refused the message."],
  [/\bas clients (read|send) (it|them)\b/i, "in the format that clients expect", "A token as clients read it."],
  [/\blook-ups?\b/i, "lookup", "A look-up that fails leaves the condition unknown."],
  [/\bothers (may|can) write (it|its)\b/i, "others may write to it", "was not run: others may write it"],
  [
    /\bsiblings? of [A-Z]\d|\band its siblings\b/,
    "name the case; a comment may give the number of the report",
    "sibling of F6-body: a subject is one line",
    "F13 and its siblings: a server that stops",
  ],
  [/\blines of Windows\b/i, "Windows line endings", "A file with lines of Windows is read."],
  [
    /\bwhenever (a|an|any|the) \w+ (does|do)\b(?=\W*$|[.,;:)])/i,
    "repeat the verb",
    "The revision changes whenever a binding does.",
  ],
];
/** Sentences in which no pattern may find anything. */
const fine = [
  "there is no such field",
  "whether it is no longer needed",
  "Who may call it?",
  "Whoever may write them is trusted",
  "Allowed: a text file.",
  "The directory is also available as a package.",
  "Are there any more of them?",
  "or else it fails",
];
for (const [phrase, , ...planted] of phrases) {
  for (const sentence of planted) {
    if (!phrase.test(sentence)) throw new Error(`${phrase} does not find: ${sentence}`);
  }
  const wrong = fine.find((sentence) => phrase.test(sentence));
  if (planted.length === 0 || wrong !== undefined) throw new Error(`${phrase} finds what is fine: ${wrong}`);
}

/** Places in code in which phrases must be found. */
const places = [
  "/** PHRASE. */",
  "/**\n * PHRASE.\n */",
  "// PHRASE",
  "/* PHRASE */",
  'log("PHRASE");',
  "log(`PHRASE $" + "{1}`);",
];
for (const place of places) {
  const prose = proseOfCode(`${place.replace("PHRASE", "It answers with a text")}\nexport {};\n`);
  if (!prose.some((part) => /answers with a text/.test(part.prose))) throw new Error(`Not read: ${place}`);
}

/** Files that are not prose, are not ours, or list phrases. */
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
    continue; // deleted, but not committed yet
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

/** Returns the lines of a document without code blocks, inline code and quotes. */
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

/** Returns the comments, strings and fixed parts of templates. */
function proseOfCode(text) {
  const source = ts.createSourceFile("file.ts", text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TSX);
  const parts = [];
  const seen = new Set();
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  const comment = ({ pos, end }) => {
    if (seen.has(pos)) return;
    seen.add(pos);
    // without the comment's own asterisks, which would make the whole comment count as one quote
    const prose = text
      .slice(pos, end)
      .replace(/^\/\*+|\*+\/$/g, "")
      .replace(/\n\s*\*?/g, " ");
    parts.push({ line: lineOf(pos), prose: withoutQuotes(prose) });
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
