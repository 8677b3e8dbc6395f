import { Autocomplete, SegmentedControl, Select, TagsInput, TextInput } from "@mantine/core";
import type { ConditionDescription } from "../api/describe.ts";
import type { Problem } from "../api/http.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { readFlag } from "../schema-form/field-kind.ts";
import { errorText, problemsOf, warningText } from "../schema-form/field-problems.ts";
import { labelOf } from "../words/conditions-in-words.ts";

/** The input of a condition: flags are chosen, names are chosen or typed, everything else is typed. */
export function ConditionValue({
  name,
  description,
  value,
  onChange,
  disabled,
  problems,
}: {
  name: string;
  description: ConditionDescription | undefined;
  value: unknown;
  onChange(value: unknown): void;
  disabled: boolean;
  problems: readonly Problem[];
}) {
  const { t } = useTranslation();
  const own = problemsOf(problems, `conditions.${name}`);
  const warning = warningText(own);
  const help = (
    <>
      {description?.description} {description && t("Allowed: {allowed}.", { allowed: description.allowed })}
      {description?.value["x-choices-problem"] && (
        <span className="bk-warning">{description.value["x-choices-problem"]}</span>
      )}
      {warning && <span className="bk-warning">{warning}</span>}
    </>
  );
  const text = Array.isArray(value) ? value.join(",") : String(value ?? "");
  const common = {
    label: t("Value of {label}", { label: labelOf(name) }),
    description: help,
    error: errorText(own),
    disabled,
    inputWrapperOrder: ["label", "input", "description", "error"] as ("label" | "input" | "description" | "error")[],
  };
  const choices = [...new Set(description?.value["x-choices"]?.map(String) ?? [])];
  if (description?.value.enum && choices.length > 0) {
    const isFlag = choices.every((one) => readFlag(one) !== undefined);
    const chosen = isFlag ? choices.find((one) => readFlag(one) === readFlag(value)) : text;
    if (isFlag && chosen !== undefined) {
      const labels: Readonly<Record<string, string>> = { true: t("Yes"), false: t("No") };
      return (
        <div className="bk-stack-small">
          <SegmentedControl
            aria-label={common.label}
            disabled={disabled}
            className="bk-start"
            data={choices.map((one) => ({ value: one, label: labels[String(readFlag(one))] ?? one }))}
            value={chosen}
            onChange={onChange}
          />
          <small className="bk-hint">{help}</small>
          {common.error && <p className="bk-error">{common.error}</p>}
        </div>
      );
    }
    const data = choices.includes(text) || text === "" ? choices : [...choices, text];
    return (
      <Select {...common} data={data} value={text === "" ? null : text} onChange={(picked) => onChange(picked ?? "")} />
    );
  }
  if (description?.widget === "multi") {
    const picked = Array.isArray(value) ? value.map(String) : text.split(",").map((one) => one.trim());
    return (
      <TagsInput
        {...common}
        data={choices}
        value={[...new Set(picked.filter(Boolean))]}
        onChange={(names) => onChange(names.some((one) => one.includes(",")) ? names : names.join(","))}
      />
    );
  }
  if (choices.length > 0) return <Autocomplete {...common} data={choices} value={text} onChange={onChange} />;
  return (
    <TextInput
      {...common}
      value={text}
      spellCheck={false}
      classNames={{ input: description?.widget === "regexp" ? "bk-mono" : "" }}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
