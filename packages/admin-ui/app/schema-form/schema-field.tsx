import {
  Autocomplete,
  Button,
  Fieldset,
  NumberInput,
  PasswordInput,
  Select,
  Switch,
  TagsInput,
  TextInput,
} from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";
import type { Schema, TagDescription } from "../api/describe.ts";
import type { Problem } from "../api/http.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { IconPlus, IconTrash } from "../parts/icons.ts";
import { enumOf, fieldKind, isVisible, readFlag, resolveSchema, typesOf } from "./field-kind.ts";
import { errorText, problemsOf, warningText } from "./field-problems.ts";
import { JsonField } from "./json-field.tsx";

const CodeField = lazy(() => import("./code-field.tsx").then(({ CodeField }) => ({ default: CodeField })));

/** What every field of a form is given. */
export interface FieldProps {
  readonly label: string;
  /** Where it is in the binding: `options.To`, as problems name it. */
  readonly path: string;
  readonly schema: Schema;
  /** The schema that references lead into. */
  readonly root: Schema;
  readonly value: unknown;
  /** Undefined: the field is left out. */
  onChange(value: unknown): void;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly problems: readonly Problem[];
  readonly tags: readonly TagDescription[];
  readonly depth?: number;
}

/** An input for whatever a JSON Schema describes. */
export function SchemaField(props: FieldProps) {
  const { label, path, root, value, onChange, required = false, disabled = false, problems, tags, depth = 0 } = props;
  const { t } = useTranslation();
  const schema = resolveSchema(props.schema, root);
  const kind = fieldKind(schema, depth);
  const inner = kind === "object" || kind === "list";
  const own = problemsOf(problems, path, inner);
  const common = {
    label,
    required,
    disabled,
    description: <Help schema={schema} problems={own} />,
    error: errorText(own),
    inputWrapperOrder: ["label", "input", "description", "error"] as ("label" | "input" | "description" | "error")[],
  };
  const text = value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  const write = (entered: string) => onChange(entered === "" ? undefined : entered);
  const choices = schema["x-choices"]?.map(String);
  const placeholder = schema.default === undefined || schema.default === "" ? undefined : String(schema.default);

  switch (kind) {
    case "secret":
      return (
        <PasswordInput
          {...common}
          value={text === "***" ? "" : text}
          placeholder={text === "***" ? t("Stored; enter a new value to replace it") : undefined}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": t("Show the value") }}
          onChange={({ currentTarget }) => write(currentTarget.value)}
        />
      );
    case "enum": {
      const values = enumOf(schema) ?? [];
      const flags = values.every((one) => readFlag(one) !== undefined) && choices;
      const data = flags ? choices : distinct(values.map(String));
      const chosen = value === undefined ? null : text;
      const known = chosen === null || data.includes(chosen) ? data : [...data, chosen];
      return (
        <Select
          {...common}
          data={known}
          value={chosen}
          placeholder={placeholder ?? (required ? t("Choose") : t("Not set"))}
          clearable={!required}
          searchable={known.length > 8}
          onChange={(picked) => onChange(values.find((one) => String(one) === picked) ?? picked ?? undefined)}
        />
      );
    }
    case "boolean":
      return (
        <Switch
          label={label}
          disabled={disabled}
          description={common.description}
          error={common.error}
          checked={readFlag(value ?? schema.default) ?? false}
          onChange={({ currentTarget }) => onChange(currentTarget.checked)}
        />
      );
    case "number":
      return (
        <NumberInput
          {...common}
          value={typeof value === "number" ? value : text}
          placeholder={placeholder}
          allowDecimal={typesOf(schema).includes("number")}
          onChange={(entered) => onChange(entered === "" ? undefined : entered)}
        />
      );
    case "date":
    case "date-time":
      return (
        <TextInput
          {...common}
          type={kind === "date" ? "date" : "datetime-local"}
          step={kind === "date" ? undefined : 1}
          value={kind === "date" ? text : localTime(text)}
          onChange={({ currentTarget }) =>
            onChange(
              currentTarget.value === ""
                ? undefined
                : kind === "date"
                  ? currentTarget.value
                  : new Date(currentTarget.value).toISOString(),
            )
          }
        />
      );
    case "long-text":
      return (
        <Suspense fallback={<TextInput {...common} value="" readOnly placeholder={t("Loading …")} />}>
          <CodeField
            label={label}
            required={required}
            disabled={disabled}
            help={common.description}
            error={common.error}
            value={text}
            placeholder={placeholder}
            {...(schema["x-tags"] && { tags: tagsFor(tags, schema["x-tags"]) })}
            language={/^\s*[[{]\s*["\]}]/.test(text) ? "json" : /<\w+[\s>]/.test(text) ? "html" : "text"}
            onChange={write}
          />
        </Suspense>
      );
    case "strings":
      return (
        <TagsInput
          {...common}
          data={choices ?? resolveSchema(schema.items ?? {}, root)["x-choices"]?.map(String) ?? []}
          value={listOf(value)}
          clearable
          onChange={(picked) => onChange(picked.length === 0 ? undefined : picked)}
        />
      );
    case "object":
      return (
        <Fieldset legend={label} disabled={disabled} className="bk-stack">
          <Help schema={schema} problems={own} />
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
          />
        </Fieldset>
      );
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
    case "text":
      if (choices && choices.length > 0) {
        return (
          <Autocomplete
            {...common}
            data={distinct(choices)}
            value={text}
            placeholder={placeholder}
            onChange={write}
            limit={200}
          />
        );
      }
      return (
        <TextInput
          {...common}
          value={text}
          placeholder={placeholder}
          onChange={({ currentTarget }) => write(currentTarget.value)}
        />
      );
  }
}

/** The fields of an object, those that apply. */
export function SchemaFields({
  schema,
  root,
  path,
  values,
  onChange,
  depth = 0,
  ...rest
}: Pick<FieldProps, "schema" | "root" | "path" | "problems" | "tags" | "disabled" | "depth"> & {
  values: Readonly<Record<string, unknown>>;
  onChange(values: Readonly<Record<string, unknown>>): void;
}) {
  const properties = Object.entries(schema.properties ?? {});
  const shown = properties.filter(
    ([name, property]) =>
      isVisible(property, values, schema) || problemsOf(rest.problems, `${path}.${name}`).length > 0,
  );
  return shown.map(([name, property]) => (
    <SchemaField
      key={name}
      {...rest}
      label={property.title ?? name}
      path={`${path}.${name}`}
      schema={property}
      root={root}
      depth={depth}
      required={schema.required?.includes(name) ?? false}
      value={values[name]}
      onChange={(value) => {
        const { [name]: _before, ...others } = values;
        onChange(value === undefined ? others : { ...others, [name]: value });
      }}
    />
  ));
}

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

function Help({ schema, problems }: { schema: Schema; problems: readonly Problem[] }) {
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

/** The value of a new entry of a list. */
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

function tagsFor(tags: readonly TagDescription[], extra: readonly string[]): readonly TagDescription[] {
  const known = new Set(tags.map(({ name }) => name));
  return [
    ...tags,
    ...extra.filter((name) => !known.has(name)).map((name) => ({ name, description: "", secret: false })),
  ];
}

function listOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  const text = String(value ?? "");
  return text === "" ? [] : text.split(",").map((one) => one.trim());
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

/** An ISO time as `datetime-local` takes it: without a zone, in the browser's. */
function localTime(text: string): string {
  const date = new Date(text);
  if (text === "" || Number.isNaN(date.getTime())) return "";
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
