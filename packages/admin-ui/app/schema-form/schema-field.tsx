import { Button, Fieldset } from "@mantine/core";
import { memo, type ReactNode, useCallback, useRef } from "react";
import type { Schema } from "../api/describe.ts";
import type { Problem } from "../api/http.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { IconPlus, IconTrash } from "../parts/icons.ts";
import { ownValue } from "../parts/own-value.ts";
import { FieldHelp } from "./field-help.tsx";
import { enumOf, fieldKind, isOpen, isVisible, referencesOf, resolveSchema } from "./field-kind.ts";
import { errorText, problemsOf } from "./field-problems.ts";
import type { FieldProps, InputProps } from "./field-props.ts";
import { JsonField } from "./json-field.tsx";
import { ScalarField } from "./scalar-field.tsx";

/** An input for any JSON Schema. */
export function SchemaField(props: FieldProps) {
  const { label, path, root, value, onChange, required = false, disabled = false, problems, tags } = props;
  const { depth = 0, within = [] } = props;
  const { t } = useTranslation();
  const schema = resolveSchema(props.schema, root);
  const kind = fieldKind(schema, depth);
  const inner = kind === "object" || kind === "list";
  const own = problemsOf(problems, path, inner);
  const common: InputProps = {
    label,
    required,
    disabled,
    description: <FieldHelp schema={schema} problems={own} />,
    error: errorText(own),
    inputWrapperOrder: ["label", "input", "description", "error"],
  };
  switch (kind) {
    case "object": {
      const references = referencesOf(props.schema, root);
      if (!isOpen(value, depth, references, within)) {
        return (
          <div>
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconPlus size={14} />}
              disabled={disabled}
              onClick={() => onChange({})}
            >
              {t("Enter {label}", { label })}
            </Button>
            {common.error && <p className="bk-error">{common.error}</p>}
          </div>
        );
      }
      return (
        <Fieldset legend={label} disabled={disabled} className="bk-stack">
          <FieldHelp schema={schema} problems={own} />
          {common.error && <p className="bk-error">{common.error}</p>}
          <SchemaFields
            schema={schema}
            root={root}
            path={path}
            values={recordOf(value)}
            onChange={(changed) => onChange(Object.keys(changed).length === 0 && !required ? undefined : changed)}
            disabled={disabled}
            problems={problems}
            tags={tags}
            depth={depth + 1}
            within={[...within, ...references]}
          />
        </Fieldset>
      );
    }
    case "list":
      return <ListField {...props} schema={schema} error={common.error} help={common.description} />;
    case "json":
      return (
        <JsonField
          label={label}
          required={required}
          disabled={disabled}
          help={common.description}
          error={common.error}
          value={value}
          onChange={onChange}
        />
      );
    default:
      return (
        <ScalarField
          kind={kind}
          schema={schema}
          root={root}
          value={value}
          onChange={onChange}
          tags={tags}
          common={common}
        />
      );
  }
}

/** The fields of an object. A field without problems is left out if it does not apply to the values of other fields. */
export function SchemaFields({
  schema,
  root,
  path,
  values,
  onChange,
  depth = 0,
  problems,
  ...rest
}: Pick<FieldProps, "schema" | "root" | "path" | "problems" | "tags" | "disabled" | "depth" | "within"> & {
  values: Readonly<Record<string, unknown>>;
  onChange(values: Readonly<Record<string, unknown>>): void;
}) {
  const latest = useRef({ values, onChange });
  latest.current = { values, onChange };
  // the same function in all renders, so that a key press redraws only its field, not hundreds of others
  const change = useCallback((name: string, value: unknown) => {
    const { values, onChange } = latest.current;
    const { [name]: _before, ...others } = values;
    onChange(value === undefined ? others : { ...others, [name]: value });
  }, []);
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const own = problemsOf(problems, `${path}.${name}`);
    if (own.length === 0 && !isVisible(property, values, schema)) return null;
    return (
      <NamedField
        key={name}
        {...rest}
        name={name}
        label={property.title ?? name}
        path={`${path}.${name}`}
        schema={property}
        root={root}
        depth={depth}
        required={schema.required?.includes(name) ?? false}
        value={ownValue(values, name)}
        problems={own.length === 0 ? noProblems : own}
        onChange={change}
      />
    );
  });
}

const noProblems: readonly Problem[] = [];

/** A field of an object, which is redrawn only when its properties change. */
const NamedField = memo(function NamedField({
  name,
  onChange,
  ...props
}: Omit<FieldProps, "onChange"> & { name: string; onChange(name: string, value: unknown): void }) {
  return <SchemaField {...props} onChange={(value) => onChange(name, value)} />;
});

function ListField({
  label,
  path,
  schema,
  root,
  value,
  onChange,
  disabled = false,
  problems,
  tags,
  depth = 0,
  within = [],
  error,
  help,
}: FieldProps & { error: string | undefined; help: ReactNode }) {
  const { t } = useTranslation();
  const items = Array.isArray(value) ? value : [];
  const item = schema.items ?? {};
  const set = (changed: readonly unknown[]) => onChange(changed.length === 0 ? undefined : changed);
  return (
    <Fieldset legend={label} disabled={disabled} className="bk-stack">
      {help}
      {error && <p className="bk-error">{error}</p>}
      {items.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries of a list have no other identity
        <div key={index} className="bk-list-item">
          <div className="bk-list-field">
            <SchemaField
              label={`${label} ${index + 1}`}
              path={`${path}.${index}`}
              schema={item}
              root={root}
              value={one}
              onChange={(changed) =>
                set(items.map((old, at) => (at === index ? (changed ?? emptyOf(item, root)) : old)))
              }
              required
              disabled={disabled}
              problems={problems}
              tags={tags}
              depth={depth + 1}
              within={within}
            />
          </div>
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            leftSection={<IconTrash size={14} />}
            onClick={() => set(items.filter((_one, at) => at !== index))}
          >
            {t("Remove {label}", { label: `${label} ${index + 1}` })}
          </Button>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          disabled={schema.maxItems !== undefined && items.length >= schema.maxItems}
          onClick={() => set([...items, emptyOf(item, root)])}
        >
          {t("Add to {label}", { label })}
        </Button>
      </div>
    </Fieldset>
  );
}

/** Returns the value of a new entry in a list. */
function emptyOf(schema: Schema, root: Schema): unknown {
  const resolved = resolveSchema(schema, root);
  if (resolved.default !== undefined) return resolved.default;
  const kind = fieldKind(resolved);
  if (kind === "object") return {};
  if (kind === "list" || kind === "strings") return [];
  if (kind === "boolean") return false;
  if (kind === "number") return resolved.minimum ?? 0;
  return kind === "json" ? null : (enumOf(resolved)?.[0] ?? "");
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
