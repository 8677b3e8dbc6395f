import { describe, expect, it } from "vitest";
import type { Binding } from "../api/bindings.ts";
import { filterRows, readBindingFilters, rowsOf } from "./filter-bindings.ts";
import { hasMask } from "./has-mask.ts";

const binding = (id: number, fields: Partial<Binding>): Binding => ({
  id,
  revision: 1,
  name: `binding ${id}`,
  active: true,
  event: ["token_init"],
  handlermodule: "UserNotification",
  action: "sendmail",
  position: "post",
  ordering: 0,
  abort_on_error: false,
  conditions: {},
  options: {},
  ...fields,
});
const rows = rowsOf(
  [
    binding(1, { name: "Mail the QR code", conditions: { tokentype: "hotp" } }),
    binding(2, { name: "Count", handlermodule: "Counter", event: ["validate_check", "auth"], active: false }),
    binding(10, { name: "Forward", position: "pre", ordering: 5 }),
  ],
  "en",
);
const runs = new Map([
  [1, { last: "2026-01-02T00:00:00Z", failures: 0 }],
  [10, { last: "2026-01-03T00:00:00Z", failures: 2 }],
]);
const ids = (filters: object) =>
  filterRows(rows, readBindingFilters({ ...filters }), runs).map(({ binding: { id } }) => id);

describe("the rows of the table", () => {
  it.each([
    [{}, [1, 2, 10]],
    [{ search: "MAIL code" }, [1]],
    [{ search: "token type is hotp" }, [1]],
    [{ search: "counter" }, [2]],
    [{ search: "#10" }, [10]],
    [{ event: "auth" }, [2]],
    [{ module: "UserNotification" }, [1, 10]],
    [{ position: "pre" }, [10]],
    [{ active: "no" }, [2]],
    [{ sort: "name" }, [2, 10, 1]],
    [{ sort: "-name" }, [1, 10, 2]],
    [{ sort: "run" }, [2, 1, 10]],
    [{ sort: "-run" }, [10, 1, 2]],
    [{ sort: "-failures" }, [10, 1, 2]],
    [{ search: "nothing like it" }, []],
  ])("are filtered and sorted by %j", (filters, expected) => {
    expect(ids(filters)).toEqual(expected);
  });

  it("have conditions in the language of the page", () => {
    const [row] = rowsOf([binding(1, { conditions: { tokentype: "hotp" } })], "de");
    expect(row).toMatchObject({ conditions: "token type ist hotp" });
    expect(row?.searched).toContain("ist hotp");
  });
});

describe("readBindingFilters", () => {
  it("leaves out values that are not valid", () => {
    const search = {
      search: ["x"],
      position: "beside",
      active: true,
      sort: "password",
      event: "",
      module: "a".repeat(999),
    };
    expect(readBindingFilters(search)).toEqual({ module: "a".repeat(200) });
  });
});

describe("hasMask", () => {
  it.each([
    [{ URL: "https://hooks.example/***" }, true],
    [{ to: [{ key: "***" }] }, true],
    [{ a: 1, b: null, c: ["x"], d: { e: "**" } }, false],
    [{}, false],
  ])("returns for %j: %s", (options, expected) => {
    expect(hasMask(options)).toBe(expected);
  });
});
