/** How two values are ordered for the comparison to be fulfilled. */
export type OrderOperator = "==" | "!=" | "<" | ">" | "<=" | ">=";

/** Operators that are words; each can be negated. */
export type WordOperator = "matches" | "in" | "date_before" | "date_after" | "date_within_last" | "string_contains";

/** A comparison, split and trimmed. */
export interface SplitComparison {
  readonly key: string;
  readonly operator: OrderOperator | WordOperator;
  /** Of a word: whether it is negated. */
  readonly negated: boolean;
  readonly operand: string;
}

/** What an order operator looks like, for messages. */
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

/** The first quoted word of a text, `'contains'`: where it should not be, a misspelt operator. */
export function quotedWordIn(text: string): string | undefined {
  return /'!?\w+'/.exec(text)?.[0];
}

/** Whether an order (negative, zero, positive) is what the operator asks for. */
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

/** Whether an operator compares by order, and is no word. */
export function isOrderOperator(operator: OrderOperator | WordOperator): operator is OrderOperator {
  return operator in orders;
}
