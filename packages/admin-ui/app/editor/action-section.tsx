import { Select } from "@mantine/core";
import type { Descriptions } from "../api/describe.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { FormSection, inputOrder, type SectionProps } from "./form-section.tsx";
import { OptionsSection } from "./options-section.tsx";

/** Module, action and options of a binding. */
export function ActionSection({
  draft,
  set,
  readOnly,
  errorOf,
  problems,
  handler,
  action,
  descriptions,
}: SectionProps & { descriptions: Descriptions }) {
  const { t } = useTranslation();
  return (
    <FormSection title={t("What it does")}>
      <div className="bk-columns">
        <Select
          label={t("Module")}
          required
          disabled={readOnly}
          searchable
          allowDeselect={false}
          placeholder={t("Choose")}
          description={handler?.description}
          inputWrapperOrder={inputOrder}
          data={withCurrent(
            descriptions.handlers.map((one) => one.id),
            draft.handlermodule,
          )}
          value={draft.handlermodule === "" ? null : draft.handlermodule}
          error={errorOf("handlermodule")}
          onChange={(picked) => {
            const chosen = descriptions.handlers.find((one) => one.id === picked);
            if (!chosen || chosen.id === draft.handlermodule) return;
            const only = chosen.actions.length === 1 ? chosen.actions[0]?.name : undefined;
            set({
              handlermodule: chosen.id,
              action: only ?? "",
              options: {},
              abort_on_error: chosen.abort_on_error,
              position: chosen.positions.includes(draft.position) ? draft.position : (chosen.positions[0] ?? "post"),
            });
          }}
        />
        <Select
          label={t("Action")}
          required
          disabled={readOnly || !handler}
          searchable
          allowDeselect={false}
          placeholder={handler ? t("Choose") : t("Choose a module first")}
          description={action?.description}
          inputWrapperOrder={inputOrder}
          data={withCurrent(handler?.actions.map((one) => one.name) ?? [], draft.action)}
          value={draft.action === "" ? null : draft.action}
          error={errorOf("action")}
          onChange={(picked) => {
            const chosen = handler?.actions.find((one) => one.name === picked);
            if (!chosen || chosen.name === draft.action) return;
            const kept = Object.entries(draft.options).filter(([name]) =>
              Object.hasOwn(chosen.options.properties ?? {}, name),
            );
            set({
              action: chosen.name,
              options: Object.fromEntries(kept),
              position: chosen.positions.includes(draft.position) ? draft.position : (chosen.positions[0] ?? "post"),
            });
          }}
        />
      </div>
      <OptionsSection
        action={action}
        values={draft.options}
        onChange={(options) => set({ options })}
        disabled={readOnly}
        problems={problems}
        tags={descriptions.tags}
      />
    </FormSection>
  );
}

/** Returns the names to choose from, including the current one even if the server does not know it. */
function withCurrent(names: readonly string[], current: string): string[] {
  return current === "" || names.includes(current) ? [...names] : [...names, current];
}
