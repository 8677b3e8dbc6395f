import { Button, Modal, SegmentedControl, Text } from "@mantine/core";
import { useState } from "react";
import type { Binding } from "../api/bindings.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { type Draft, type MergedDrafts, setField } from "./draft.ts";

/** Asks which value to use for each field that both the user and somebody else have changed in the meantime. */
export function ConflictDialog({
  theirs,
  merged,
  conflicts,
  taken: others,
  onResolve,
  onClose,
}: MergedDrafts & {
  theirs: Binding;
  onResolve(draft: Draft): void;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set());
  const resolve = () =>
    onResolve(
      conflicts
        .filter(({ field }) => taken.has(field))
        .reduce((draft, { field, theirs: value }) => setField(draft, field, value), merged),
    );
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("Somebody else has changed this binding")}
      size="lg"
      transitionProps={{ duration: 0 }}
    >
      <div className="bk-stack">
        <Text>
          {t("The binding is now at revision {revision}. Changes to different fields are merged.", {
            revision: theirs.revision,
          })}{" "}
          {conflicts.length === 0
            ? t("No field was changed by both of you.")
            : t("Choose a value for each field that you both changed.")}
        </Text>
        {others.length > 0 && (
          <Text>{t("Changed only by the other person: {fields}.", { fields: others.join(", ") })}</Text>
        )}
        {conflicts.map(({ field, theirs: other, mine }) => (
          <section key={field} className="bk-conflict" aria-label={field}>
            <strong>{field}</strong>
            <SegmentedControl
              aria-label={field}
              value={taken.has(field) ? "theirs" : "mine"}
              data={[
                { value: "mine", label: t("Mine") },
                { value: "theirs", label: t("Theirs") },
              ]}
              onChange={(side) => {
                const next = new Set(taken);
                if (side === "theirs") next.add(field);
                else next.delete(field);
                setTaken(next);
              }}
            />
            <pre className="bk-value">{shown(taken.has(field) ? other : mine)}</pre>
          </section>
        ))}
        <div className="bk-actions bk-right">
          <Button variant="default" onClick={onClose}>
            {t("Cancel")}
          </Button>
          <Button onClick={resolve}>{t("Merge")}</Button>
        </div>
      </div>
    </Modal>
  );
}

function shown(value: unknown): string {
  if (value === undefined) return "—";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
