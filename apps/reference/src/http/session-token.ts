/**
 * Returns the token in the header `Authorization` or `PI-Authorization` of a request, which may begin with `Bearer`;
 * undefined if there is none.
 */
export function sessionToken(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  for (const name of ["authorization", "pi-authorization"]) {
    const header = headers[name];
    const token = typeof header === "string" ? header.replace(/^bearer\s+/i, "").trim() : "";
    if (token !== "") return token;
  }
  return undefined;
}
