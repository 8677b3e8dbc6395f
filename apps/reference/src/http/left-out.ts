/** The parts of privacyIDEA that this server leaves out, by the beginning of the path. */
const leftOut: readonly (readonly [begin: RegExp, message: string])[] = [
  [/^\/validate\/offlinerefill\b/, "This server has no offline tokens."],
  [/^\/validate\/initialize\b|^\/token\/.*\bpasskey\b/, "This server has no passkeys."],
  [/^\/policy\b/, "This server has no policies."],
];

/** Why there is no such route. */
export function missingRoute(url: string): string {
  return leftOut.find(([begin]) => begin.test(url))?.[1] ?? "There is no such route.";
}
