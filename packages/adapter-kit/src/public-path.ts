/**
 * Returns a path for logs and messages, in which names replace the parameters that the route declares secret.
 * `/token/getserial/123456` of the route `/token/getserial/:otp` with the secret `otp` is `/token/getserial/<otp>`.
 *
 * @param pattern The path of the route; a parameter is `:name`.
 * @param secrets Names of parameters whose values are secret.
 */
export function publicPath(path: string, pattern: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return path;
  const segments = path.split("/");
  pattern.split("/").forEach((segment, place) => {
    const names = [...segment.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
    if (place < segments.length && names.some((name) => secrets.includes(name))) {
      segments[place] = names.map((name) => `<${name}>`).join("");
    }
  });
  return segments.join("/");
}
