import { Autocomplete, NumberInput, PasswordInput, Select, Switch, TagsInput, TextInput } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { Schema, TagDescription } from "../api/describe.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { enumOf, type FieldKind, readFlag, resolveSchema, typesOf } from "./field-kind.ts";
import type { InputProps } from "./field-props.ts";

const CodeField = lazy(() => import("./code-field.tsx").then(({ CodeField }) => ({ default: CodeField })));

/** The number of choices that are listed initially; typing finds the others. */
const maxShown = 200;

/** An input for a value without nested fields. */
export function ScalarField({
  kind,
  schema,
  root,
  value,
  onChange,
  tags,
  common,
}: {
  kind: Exclude<FieldKind, "object" | "list" | "json">;
  /** The schema with its references resolved. */
  schema: Schema;
  root: Schema;
  value: unknown;
  onChange(value: unknown): void;
  tags: readonly TagDescription[];
  common: InputProps;
}) {
  const { t } = useTranslation();
  const { label, required, disabled } = common;
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
          limit={maxShown}
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
                  : isoTime(currentTarget.value),
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
          limit={maxShown}
          clearable
          onChange={(picked) => onChange(picked.length === 0 ? undefined : picked)}
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
            limit={maxShown}
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

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

/**
 * Converts the value of a `datetime-local` input to an ISO time; returns it unchanged if it is outside the range of
 * dates.
 */
function isoTime(entered: string): string {
  const date = new Date(entered);
  return Number.isNaN(date.getTime()) ? entered : date.toISOString();
}

/** Converts an ISO time to the value of a `datetime-local` input: without a zone, in the browser's time zone. */
function localTime(text: string): string {
  const date = new Date(text);
  if (text === "" || Number.isNaN(date.getTime())) return "";
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
