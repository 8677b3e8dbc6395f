/** An operator that compares the order of two values. */
export type OrderOperator = "==" | "!=" | "<" | ">" | "<=" | ">=";

/** Operators that are words, each of which can be negated. */
export type WordOperator = "matches" | "in" | "date_before" | "date_after" | "date_within_last" | "string_contains";

/** A comparison, split and trimmed. */
export interface SplitComparison {
  readonly key: string;
  readonly operator: OrderOperator | WordOperator;
  /** Whether a word operator is negated. */
  readonly negated: boolean;
  readonly operand: string;
}

/** The order operators, for messages. */
export const orderOperators = "==, =, !=, <, >, <=, >=";

const orders: Readonly<Record<string, OrderOperator>> = {
  "==": "==",
  "=": "==",
  "!=": "!=",
  "<": "<",
  ">": ">",
  "<=": "<=",
  "=<": "<=",
  ">=": ">=",
  "=>": ">=",
  "'equals'": "==",
  "'!equals'": "!=",
  "'<'": "<",
  "'>'": ">",
};

const operator =
  /'!?(?:equals|matches|in|date_before|date_after|date_within_last|string_contains)'|'[<>]'|==|=<|=>|=|!=|<=|>=|<|>/;

/** Splits `key op operand` at its first operator; undefined without one. */
export function splitComparison(text: string): SplitComparison | undefined {
  const match = operator.exec(text);
  if (!match) return undefined;
  const [spelling] = match;
  const key = text.slice(0, match.index).trim();
  const operand = text.slice(match.index + spelling.length).trim();
  const order = orders[spelling];
  if (order) return { key, operator: order, negated: false, operand };
  const negated = spelling.startsWith("'!");
  return { key, operator: spelling.slice(negated ? 2 : 1, -1) as WordOperator, negated, operand };
}

/** Words that join two comparisons. */
const joining: ReadonlySet<string> = new Set(["and", "or", "&&", "||"]);

const operatorAlone = new RegExp(`^(?:${operator.source})$`);
const operatorFirst = new RegExp(`^(?:${operator.source})[\\w{"'+.-]`);
const operatorLast = new RegExp(`^[^<]*[\\w\\])}"'](?:${operator.source})$`);
/** A word that begins with a name and an operator, such as `b==2` or `!b==2`; tested after a joining word. */
const wholeComparison = new RegExp(`^!?[\\w.-]+(?:${operator.source})`);
const listedComparison = /^[\w.-]+(?:'!?\w+'|[=!<>]=|=[<>])/;
const gluedComparison = /(?:&&|\|\||[,;])[\w.-]+(?:[=!<>]=|=[<>])/;
const mailAddress = /^<[^<>]*@[^<>]*>[,;]?$/;

/**
 * Returns the operator of a second comparison in an operand, with its surroundings; undefined if there is none. An
 * operator inside a word (`cn=admin`) or an address (`https://x?a=b`, `Jo <jo@example.org>`) does not count.
 */
export function secondComparisonIn(operand: string): string | undefined {
  const words = operand.split(/\s+/);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (mailAddress.test(word)) continue;
    if (
      operatorAlone.test(word) ||
      operatorFirst.test(word) ||
      (i < words.length - 1 && operatorLast.test(word)) ||
      (i > 0 && isJoined(words[i - 1] as string, word)) ||
      (!word.includes("://") && gluedComparison.test(word))
    ) {
      return words.slice(Math.max(0, i - 1), i + 2).join(" ");
    }
  }
  return undefined;
}

function isJoined(before: string, word: string): boolean {
  if (joining.has(before.toLowerCase())) return wholeComparison.test(word);
  return /[,;]$/.test(before) && listedComparison.test(word);
}

/**
 * Returns the first quoted word of a string, such as `'contains'`; in an unexpected place, it is a misspelled operator.
 */
export function quotedWordIn(text: string): string | undefined {
  return /'!?\w+'/.exec(text)?.[0];
}

/** Returns whether an order (negative, zero, positive) fulfills the operator. */
export function isOrdered(operator: OrderOperator, order: number): boolean {
  switch (operator) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    case ">=":
      return order >= 0;
  }
}

/** Returns whether an operator compares by order and is not a word. */
export function isOrderOperator(operator: OrderOperator | WordOperator): operator is OrderOperator {
  return operator in orders;
}
