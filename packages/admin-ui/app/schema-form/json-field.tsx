import { Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "../i18n/i18n.ts";
import { readObject } from "../parts/json-text.ts";
import { useReportUnreadable } from "./unreadable.ts";

/** A value of any type as JSON. The form cannot be saved while the input is not valid. */
export function JsonField({
  value,
  onChange,
  help,
  error,
  object = false,
  ...rest
}: {
  label: string;
  required: boolean;
  disabled: boolean;
  help: ReactNode;
  error: string | undefined;
  value: unknown;
  /** Whether the value must be an object. */
  object?: boolean;
  onChange(value: unknown): void;
}) {
  const { t } = useTranslation();
  const shown = value === undefined ? "" : JSON.stringify(value, null, 2);
  const [entered, setEntered] = useState<{ text: string; of: string; failure?: string }>({ text: shown, of: shown });
  // if the value was changed elsewhere, the text that was typed belongs to an old value and is replaced
  const { text, failure } = entered.of === shown ? entered : { text: shown, failure: undefined };
  useReportUnreadable(rest.label, failure !== undefined);
  const read = (typed: string): unknown =>
    object ? readObject(typed) : typed.trim() === "" ? undefined : JSON.parse(typed);
  return (
    <Textarea
      {...rest}
      description={
        <>
          {help} {t("As JSON.")}
        </>
      }
      error={failure ?? error}
      inputWrapperOrder={["label", "input", "description", "error"]}
      classNames={{ input: "bk-mono" }}
      value={text}
      autosize
      minRows={3}
      maxRows={16}
      spellCheck={false}
      onChange={({ currentTarget }) => {
        const next = currentTarget.value;
        let parsed: unknown;
        try {
          parsed = read(next);
        } catch (problem) {
          const reason =
            problem instanceof SyntaxError
              ? t("This is not valid JSON: {reason}", { reason: problem.message })
              : t("This must be a JSON object.");
          setEntered({ text: next, of: shown, failure: reason });
          return;
        }
        setEntered({ text: next, of: parsed === undefined ? "" : JSON.stringify(parsed, null, 2) });
        onChange(parsed);
      }}
    />
  );
}
