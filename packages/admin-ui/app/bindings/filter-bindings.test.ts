import { describe, expect, it } from "vitest";
import type { Binding } from "../api/bindings.ts";
import { copyName } from "./copy-name.ts";
import { filterRows, readBindingFilters, rowsOf } from "./filter-bindings.ts";

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
const rows = rowsOf([
  binding(1, { name: "Mail the QR code", conditions: { tokentype: "hotp" } }),
  binding(2, { name: "Count", handlermodule: "Counter", event: ["validate_check", "auth"], active: false }),
  binding(10, { name: "Forward", position: "pre", ordering: 5 }),
]);
const ids = (filters: object) => filterRows(rows, readBindingFilters({ ...filters })).map(({ binding: { id } }) => id);

describe("filterRows", () => {
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
    [{ search: "nothing like it" }, []],
  ])("%j", (filters, expected) => {
    expect(ids(filters)).toEqual(expected);
  });

  it("searches 5,000 bindings within 50 ms", () => {
    const many = rowsOf(Array.from({ length: 5_000 }, (_, id) => binding(id, { name: `Rule ${id}` })));
    const start = performance.now();
    expect(filterRows(many, { search: "rule 4999", sort: "-name" })).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(50);
  });
});

describe("readBindingFilters", () => {
  it("leaves out what is not valid", () => {
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

describe("copyName", () => {
  it("finds a name that is free, of 80 characters at most", () => {
    expect(copyName("Mail", new Set(["Mail"]), "copy")).toBe("Mail (copy)");
    expect(copyName("Mail", new Set(["Mail (copy)", "Mail (copy 2)"]), "copy")).toBe("Mail (copy 3)");
    expect(copyName("x".repeat(80), new Set(), "copy")).toBe(`${"x".repeat(73)} (copy)`);
  });
});
