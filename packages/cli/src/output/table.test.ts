import { describe, expect, test } from "vitest";
import { renderTable } from "./table.js";

const head = ["ID", "NAME", "EVENT"];

describe("renderTable", () => {
  test.each([20, 40, 80, 200])("fits %i columns", (columns) => {
    const rows = Array.from({ length: 30 }, (_, index) => [index, "名前".repeat(index), "token_init, ".repeat(20)]);
    for (const line of renderTable(head, rows, columns).split("\n")) {
      const wide = [...line].reduce((width, letter) => width + (/[\u3000-\u9fff]/.test(letter) ? 2 : 1), 0);
      expect(wide).toBeLessThanOrEqual(columns);
    }
  });

  test("keeps short cells complete, and marks truncated ones", () => {
    expect(renderTable(head, [[1, "a", "x".repeat(100)]], 30)).toBe(`ID  NAME  EVENT\n1   a     ${"x".repeat(19)}…\n`);
  });

  test("gives each column its share, keeps times complete, and gives names twice as much as other columns", () => {
    const wide = ["ID", "NAME", "ON", "EVENT", "POSITION", "ORDER", "HANDLER", "ACTION"];
    const row = [1, "n".repeat(40), "yes", "e".repeat(90), "post", 0, "UserNotification", "increase_counter"];
    const [, line = ""] = renderTable(wide, [row], 80).split("\n");
    expect(line).toHaveLength(80);
    expect(line.split(/ {2,}/).map((cell) => cell.length)).toEqual([1, 21, 3, 9, 4, 1, 9, 9]);
    const time = "2026-11-27T04:02:42.123Z";
    const log = renderTable(["TIME", "ACTION", "DETAIL"], [[time, "a".repeat(30), "d".repeat(60)]], 60);
    expect(log.split("\n")[1]).toMatch(new RegExp(`^${time} {2}a{9,}… {2}d{18,}…$`));
  });

  test("does not truncate cells if the width is unlimited, as for output that is not a terminal", () => {
    expect(renderTable(head, [[1, "a".repeat(500), ""]], Number.POSITIVE_INFINITY)).toContain("a".repeat(500));
  });

  test("takes time proportional to the number of rows, and omits none of them", () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => [index, "名前", "x".repeat(index < 19_999 ? 1 : 60)]);
    const began = performance.now();
    expect(renderTable(head, rows, Number.POSITIVE_INFINITY)).toMatch(/x{60}\n$/);
    // a table that compares each row with all others takes minutes
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test("prints output of a server without terminal control characters", () => {
    expect(renderTable(head, [[1, "\u001b[2Jgone\u0007\u202e", "a\nb"]], 80)).toBe(
      "ID  NAME     EVENT\n1   [2Jgone  a b\n",
    );
  });
});
