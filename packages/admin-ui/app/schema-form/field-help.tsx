import type { Schema } from "../api/describe.ts";
import type { Problem } from "../api/http.ts";
import { warningText } from "./field-problems.ts";

/** The help of a field from its schema, and the server's warnings. */
export function FieldHelp({ schema, problems }: { schema: Schema; problems: readonly Problem[] }) {
  const warning = warningText(problems);
  const { description, "x-help": more, "x-allowed": allowed, "x-choices-problem": unknown } = schema;
  return (
    <>
      {[description, more, description ? undefined : allowed].filter(Boolean).join(" ")}
      {unknown && <span className="bk-warning">{unknown}</span>}
      {warning && <span className="bk-warning">{warning}</span>}
    </>
  );
}
