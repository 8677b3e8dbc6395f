import { Text } from "@mantine/core";
import type { ActionDescription, Schema, TagDescription } from "../api/describe.ts";
import type { Problem } from "../api/http.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { errorText, problemsOf } from "../schema-form/field-problems.ts";
import { JsonField } from "../schema-form/json-field.tsx";
import { SchemaFields } from "../schema-form/schema-field.tsx";

/** The options of an action; options that the schema does not have are edited as JSON. */
export function OptionsSection({
  action,
  values,
  onChange,
  disabled,
  problems,
  tags,
}: {
  action: ActionDescription | undefined;
  values: Readonly<Record<string, unknown>>;
  onChange(values: Readonly<Record<string, unknown>>): void;
  disabled: boolean;
  problems: readonly Problem[];
  tags: readonly TagDescription[];
}) {
  const { t } = useTranslation();
  const properties = action?.options.properties ?? {};
  const unknown = Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(properties, name)));
  const known = Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(properties, name)));
  const open = action && acceptsOthers(action.options);
  return (
    <>
      {action && Object.keys(properties).length === 0 && !open && (
        <Text c="dimmed">{t("This action has no options.")}</Text>
      )}
      {action && (
        <SchemaFields
          schema={action.options}
          root={action.options}
          path="options"
          values={known}
          onChange={(changed) => onChange({ ...changed, ...unknown })}
          disabled={disabled}
          problems={problems}
          tags={tags}
        />
      )}
      {(Object.keys(unknown).length > 0 || open) && (
        <JsonField
          label={t("Other options")}
          required={false}
          disabled={disabled}
          help={open ? "" : t("The action does not have these options.")}
          error={errorText(problemsOf(problems, "options", true))}
          value={Object.keys(unknown).length === 0 ? undefined : unknown}
          object
          onChange={(changed) => onChange({ ...known, ...recordOf(changed) })}
        />
      )}
    </>
  );
}

function acceptsOthers({ additionalProperties, properties }: Schema): boolean {
  if (typeof additionalProperties === "object") return Object.keys(additionalProperties).length > 0;
  return additionalProperties !== false && Object.keys(properties ?? {}).length === 0;
}

/** Returns the value of the field, or an empty object if the value is not an object. */
function recordOf(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
