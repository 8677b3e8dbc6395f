import { useTranslation } from "../i18n/i18n.ts";
import { visibleTurns } from "./visible-turns.ts";

/** A field that differs between two versions of a binding. */
export interface FieldDifference {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Returns the fields in which two versions of a binding differ; options and conditions one by one. */
export function differences(
  before: Readonly<Record<string, unknown>> | null | undefined,
  after: Readonly<Record<string, unknown>> | null | undefined,
): readonly FieldDifference[] {
  const [one, other] = [flatten(before ?? {}), flatten(after ?? {})];
  return [...new Set([...one.keys(), ...other.keys()])]
    .map((field) => ({ field, before: one.get(field), after: other.get(field) }))
    .filter((found) => JSON.stringify(found.before) !== JSON.stringify(found.after));
}

function flatten(fields: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [name, value] of Object.entries(fields)) {
    if (name === "revision") continue;
    if ((name === "options" || name === "conditions") && typeof value === "object" && value !== null) {
      for (const [inner, part] of Object.entries(value)) flat.set(`${name}.${inner}`, part);
    } else flat.set(name, value);
  }
  return flat;
}

/** Both sides of each field that differs. */
export function Difference({ fields }: { fields: readonly FieldDifference[] }) {
  const { t } = useTranslation();
  if (fields.length === 0) return <p className="bk-hint">{t("There are no visible differences.")}</p>;
  return (
    <dl className="bk-difference">
      {fields.map(({ field, before, after }) => (
        <div key={field}>
          <dt>{field}</dt>
          {before !== undefined && (
            <dd data-side="before">
              <span className="bk-hidden">{t("before")}: </span>
              {shownValue(before)}
            </dd>
          )}
          {after !== undefined && (
            <dd data-side="after">
              <span className="bk-hidden">{t("after")}: </span>
              {shownValue(after)}
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

/**
 * Returns a value as text: strings as they are, `—` for undefined, everything else as JSON. Characters that change the
 * direction of text are made visible.
 */
export function shownValue(value: unknown): string {
  if (value === undefined) return "—";
  if (typeof value === "string") return visibleTurns(value);
  const line = visibleTurns(JSON.stringify(value));
  return line.length <= 100 ? line : visibleTurns(JSON.stringify(value, null, 2));
}
