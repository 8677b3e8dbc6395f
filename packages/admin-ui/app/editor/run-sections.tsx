import { Select, Switch } from "@mantine/core";
import { useTranslation } from "../i18n/i18n.ts";
import { ConditionCards } from "./condition-cards.tsx";
import { FormSection, type SectionProps } from "./form-section.tsx";

/** Conditions, failure policy and delivery of a binding. */
export function RunSections({ draft, set, readOnly, errorOf, problems, handler }: SectionProps) {
  const { t } = useTranslation();
  return (
    <>
      <FormSection title={t("When it runs")}>
        <ConditionCards
          handler={handler}
          position={draft.position}
          conditions={draft.conditions}
          onChange={(conditions) => set({ conditions })}
          disabled={readOnly}
          problems={problems}
        />
      </FormSection>
      <FormSection title={t("Failure and delivery")}>
        <Switch
          label={t("A failure makes the call fail")}
          disabled={readOnly}
          checked={draft.abort_on_error}
          error={errorOf("abort_on_error")}
          onChange={({ currentTarget }) => set({ abort_on_error: currentTarget.checked })}
        />
        <Select
          label={t("Delivery")}
          disabled={readOnly}
          allowDeselect={false}
          data={[
            { value: "inline", label: t("During the call") },
            { value: "durable", label: t("Stored first, then sent by the outbox, with retries") },
          ]}
          value={draft.delivery}
          error={errorOf("delivery")}
          onChange={(delivery) => set({ delivery: delivery ?? "inline" })}
        />
      </FormSection>
    </>
  );
}
