/** The parts of privacyIDEA that this server does not have: a pattern of their paths, and the message for callers. */
const leftOut: readonly (readonly [begin: RegExp, message: string])[] = [
  [/^\/validate\/offlinerefill\b/, "This server does not support offline tokens."],
  [/^\/validate\/initialize\b|^\/token\/.*\bpasskey\b/, "This server does not support passkeys."],
  [/^\/policy\b/, "This server does not support policies."],
];

/** Returns the reason why a route does not exist. */
export function missingRoute(url: string): string {
  return leftOut.find(([begin]) => begin.test(url))?.[1] ?? "This route does not exist.";
}
