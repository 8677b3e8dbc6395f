/** A complete HTTP request, created in advance so that only sending it is measured. */
export interface FreezeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Requests that are sent one batch after another; those of a batch are sent concurrently. */
export interface FreezeAttack {
  readonly name: string;
  readonly batches: readonly (readonly FreezeRequest[])[];
}

const json = { "content-type": "application/json" };
const form = { "content-type": "application/x-www-form-urlencoded" };
const multipart = { "content-type": "multipart/form-data; boundary=x" };

const part = (name: string) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n1\r\n`;
const numbered = <T>(length: number, make: (n: number) => T) => Array.from({ length }, (_, n) => make(n));

/** Returns a request to `/validate/check`, which requires no login. */
const check = (parameters: object): FreezeRequest => ({
  method: "POST",
  path: "/validate/check",
  headers: json,
  body: JSON.stringify(parameters),
});

/** Returns the requests that once froze the server, and similar ones. `authorization` is an administrator's session. */
export function freezeAttacks(authorization: string): readonly FreezeAttack[] {
  const asAdmin = (method: string, path: string, body?: object): FreezeRequest => ({
    method,
    path,
    headers: { authorization, ...(body && json) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const binding = (fields: object) =>
    asAdmin("POST", "/event", { name: "b", event: "token_init", position: "post", conditions: {}, ...fields });
  const logging = { handlermodule: "Logging", action: "logging" };
  const mangler = { handlermodule: "RequestMangler", action: "set", position: "pre" };
  const large = `${"\\p{L}{0,999}".repeat(6)}!`;
  const one = (name: string, ...requests: readonly FreezeRequest[]): FreezeAttack => ({
    name,
    batches: requests.map((request) => [request]),
  });
  const many = (name: string, ...requests: readonly FreezeRequest[]): FreezeAttack => ({ name, batches: [requests] });
  const none: FreezeAttack = { name: "", batches: [] };

  return [
    { ...none, name: "(nothing)" },
    one("multipart, 19,000 fields of one name", {
      method: "POST",
      path: "/validate/check",
      headers: multipart,
      body: `${part("a").repeat(19_000)}--x--`,
    }),
    one("form a&a&…, 120 KB, to POST /event", {
      method: "POST",
      path: "/event",
      headers: { authorization, ...form },
      body: "a&".repeat(60_000),
    }),
    one("10,000 serials and 1,000 token conditions", check({ serial: "H1,".repeat(10_000), pass: "x" })),
    one(
      "100 serials and 1,000 token conditions",
      check({ serial: numbered(100, (n) => `H${n}`).join(","), pass: "x" }),
    ),
    one(
      "tokeninfo timeShift 1e300, then a check",
      asAdmin("POST", "/token/info/H1/timeShift", { value: "1e300" }),
      check({ serial: "H1", pass: "pin1123456" }),
    ),
    one(
      "tokeninfo timeStep 0.005, then a check",
      asAdmin("POST", "/token/info/H2/timeStep", { value: "0.005" }),
      check({ serial: "H2", pass: "pin2123456" }),
    ),
    one("900 KB description", asAdmin("POST", "/token/init", { type: "spass", description: "d".repeat(900_000) })),
    one("search *ddd…x* in descriptions", asAdmin("GET", `/token/?description=*${"d".repeat(97)}x*`)),
    one("check of a user with 300 tokens", check({ user: "many", realm: "corp", pass: "wrong123456" })),
    one(
      "RequestMangler with a large pattern",
      binding({
        ...mangler,
        options: { parameter: "a", value: "b", match_parameter: "a", match_pattern: large },
      }),
    ),
    many("1,000 matching bindings, ten concurrently", ...numbered(10, () => asAdmin("GET", "/token/?pagesize=1"))),

    // similar: bodies and headers
    one("multipart, 1,000 fields", {
      method: "POST",
      path: "/validate/check",
      headers: multipart,
      body: `${numbered(1_000, (n) => part(`a${n}`)).join("")}--x--`,
    }),
    one("multipart, one part of 1 MB with 150,000 headers", {
      method: "POST",
      path: "/validate/check",
      headers: multipart,
      body: `--x\r\n${"A: b\r\n".repeat(150_000)}\r\n1\r\n--x--`,
    }),
    one("form, 250,000 fields", {
      method: "POST",
      path: "/validate/check",
      headers: form,
      body: "a=1&".repeat(250_000),
    }),
    one("form, one value of 330,000 escapes", {
      method: "POST",
      path: "/validate/check",
      headers: form,
      body: `pass=${"%41".repeat(330_000)}`,
    }),
    one("JSON nested 100,000 deep", {
      method: "POST",
      path: "/validate/check",
      headers: json,
      body: `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    }),
    one("JSON with 100,000 fields", check(Object.fromEntries(numbered(100_000, (n) => [n, 1])))),
    one("JSON with a list of 400,000", check({ serial: numbered(400_000, () => 1) })),
    many("ten concurrent JSON bodies of 0.5 MB", ...numbered(10, () => check({ a: numbered(170_000, () => ({})) }))),
    one("query of 15 KB", { method: "GET", path: `/validate/check?${"a&".repeat(7_500)}` }),
    one("X-Forwarded-For of 15 KB", {
      method: "GET",
      path: "/validate/check",
      headers: { "x-forwarded-for": "127.0.0.1,".repeat(1_500) },
    }),
    one("authorization of 15 KB", {
      method: "GET",
      path: "/token/",
      headers: { authorization: `${"a.".repeat(7_500)}` },
    }),

    // similar: searches and lists
    one("search with 50 wildcards", asAdmin("GET", `/token/?description=${"*d".repeat(50)}*`)),
    one("search of users with 50 wildcards", asAdmin("GET", `/user/?username=${"*a".repeat(50)}*`)),
    one("20,000 users of an SQL resolver", asAdmin("GET", "/user/?realm=large&username=*9*")),
    one("100,000 users of a passwd file", asAdmin("GET", "/user/?realm=file&username=*9*")),
    one(
      "a passwd file as a resolver, tested",
      asAdmin("POST", "/resolver/test", {
        type: "passwdresolver",
        fileName: "users",
      }),
    ),
    one("check of a user in a passwd file", check({ user: "u99999", realm: "file", pass: "x" })),
    one("delete one of 20,000 users", asAdmin("DELETE", "/user/large/nobody")),
    one("audit log with 50 wildcards", asAdmin("GET", `/audit/?action=${"*a".repeat(50)}*`)),
    one("audit log as CSV", asAdmin("GET", "/audit/audit.csv")),
    one("owner of an OTP among 300 tokens", asAdmin("GET", "/token/getserial/123456")),

    // similar: OTPs
    one("300 tokens without a PIN, windows of 1,000", check({ user: "nopin", realm: "corp", pass: "123456" })),
    one(
      "resync with a window of 1,000,000",
      asAdmin("POST", "/token/set/N1", { sync_window: 1_000_000 }),
      asAdmin("POST", "/token/resync/N1", { otp1: "123456", otp2: "654321" }),
    ),
    one("a list of 1,000 TANs", asAdmin("POST", "/token/init", { type: "tan", tantoken_count: 1_000 })),

    // similar: stored data
    one(
      "10,000 fields of tokeninfo",
      asAdmin("POST", "/token/init", {
        type: "spass",
        tokeninfo: Object.fromEntries(numbered(10_000, (n) => [`k${n}`, "v"])),
      }),
    ),
    one(
      "1,000 fields of tokeninfo",
      asAdmin("POST", "/token/init", {
        type: "spass",
        tokeninfo: Object.fromEntries(numbered(1_000, (n) => [`k${n}`, "v".repeat(800)])),
      }),
    ),
    one(
      "a realm of 50,000 resolvers",
      asAdmin("POST", "/realm/big", {
        resolvers: numbered(50_000, (n) => `r${n}`).join(","),
      }),
    ),

    // similar: bindings
    one(
      "condition with a pattern that multiplies",
      binding({ ...logging, conditions: { serial: "(?:a{0,1000}b)".repeat(250) } }),
    ),
    one(
      "condition with 100,000 networks",
      binding({ ...logging, conditions: { client_ip: "10.0.0.1,".repeat(100_000) } }),
    ),
    one(
      "condition with 100,000 names",
      binding({ ...logging, conditions: { realm: numbered(100_000, (n) => `r${n}`).join(",") } }),
    ),
    one(
      "60,000 conditions that do not exist",
      binding({
        ...logging,
        conditions: Object.fromEntries(numbered(60_000, (n) => [`serila${n}`, "a"])),
      }),
    ),
    one("template of 900 KB", binding({ ...logging, options: { message: "{serial}".repeat(110_000) } })),
    one(
      "template of 40,000 blocks",
      binding({ ...logging, options: { message: "{{#if serial}}a{{/if}}".repeat(40_000) } }),
    ),
    one(
      "template nested 10,000 deep",
      binding({
        ...logging,
        options: { message: `${"{{#if serial}}".repeat(10_000)}${"{{/if}}".repeat(10_000)}` },
      }),
    ),
    one("50,000 events", binding({ ...logging, event: numbered(50_000, (n) => `event_${n}`).join(",") })),
    one(
      "import of 5,000 bindings",
      asAdmin("POST", "/event/import", {
        mode: "add",
        bindings: numbered(5_000, (n) => ({ name: `i${n}`, event: "token_init", position: "post", ...logging })),
      }),
    ),
    one(
      "import of 5.6 MB that is not bindings",
      asAdmin("POST", "/event/import", {
        mode: "add",
        bindings: numbered(700_000, () => ({ a: 1 })),
      }),
    ),
    one("import of 8 MB of line feeds that is not JSON", {
      method: "POST",
      path: "/event/import",
      headers: { authorization, ...json },
      body: `${"\n".repeat(8_000_000)}x`,
    }),
    one("1 MB of line feeds that is not JSON", {
      method: "POST",
      path: "/validate/check",
      headers: json,
      body: `${"\n".repeat(1_000_000)}x`,
    }),
    one("list of all bindings", asAdmin("GET", "/event/")),
    one("export of all bindings", asAdmin("GET", "/event/export")),
    one("check of all bindings", asAdmin("POST", "/event/check")),
    one("explain with 1,000 bindings", asAdmin("POST", "/event/explain", { event: "token_list" })),
    one(
      "explain a call with 60,000 parameters",
      asAdmin("POST", "/event/explain", {
        event: "token_list",
        parameters: Object.fromEntries(numbered(60_000, (n) => [`p${n}`, "a"])),
      }),
    ),
    { ...none, name: "(nothing)" },
  ];
}
