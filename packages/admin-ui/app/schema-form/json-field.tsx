import { Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "../i18n/i18n.ts";

/** A value of any shape, as JSON. */
export function JsonField({
  value,
  onChange,
  help,
  error,
  ...rest
}: {
  label: string;
  required: boolean;
  disabled: boolean;
  help: ReactNode;
  error: string | undefined;
  value: unknown;
  onChange(value: unknown): void;
}) {
  const { t } = useTranslation();
  const shown = value === undefined ? "" : JSON.stringify(value, null, 2);
  const [entered, setEntered] = useState({ text: shown, of: shown });
  // somebody else changed the value: what was entered is of another one
  const text = entered.of === shown ? entered.text : shown;
  const [failure, setFailure] = useState<string>();
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
          parsed = next.trim() === "" ? undefined : JSON.parse(next);
        } catch (problem) {
          setFailure(t("This is not valid JSON: {reason}", { reason: (problem as Error).message }));
          setEntered({ text: next, of: shown });
          return;
        }
        setFailure(undefined);
        setEntered({ text: next, of: parsed === undefined ? "" : JSON.stringify(parsed, null, 2) });
        onChange(parsed);
      }}
    />
  );
}
