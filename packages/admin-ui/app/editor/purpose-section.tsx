import { MultiSelect, NumberInput, SegmentedControl, Switch, Text, TextInput } from "@mantine/core";
import type { Descriptions } from "../api/describe.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { FormSection, inputOrder, type SectionProps } from "./form-section.tsx";

/** Name, events, position and order of a binding. */
export function PurposeSection({
  draft,
  set,
  readOnly,
  errorOf,
  handler,
  action,
  events,
}: SectionProps & { events: Descriptions["events"] }) {
  const { t } = useTranslation();
  const positions = action?.positions ?? handler?.positions ?? ["pre", "post"];
  return (
    <FormSection title={t("What it is for")}>
      <TextInput
        label={t("Name")}
        required
        disabled={readOnly}
        value={draft.name}
        error={errorOf("name")}
        onChange={({ currentTarget }) => set({ name: currentTarget.value })}
      />
      <MultiSelect
        label={t("Events")}
        required
        disabled={readOnly}
        searchable
        hidePickedOptions
        limit={200}
        description={t("The calls for which this binding runs.")}
        inputWrapperOrder={inputOrder}
        data={[...new Set([...events.map(({ name }) => name), ...draft.event])]}
        value={[...draft.event]}
        error={errorOf("event")}
        onChange={(event) => set({ event })}
      />
      <div className="bk-columns">
        <div>
          <Text size="sm" fw={600} mb={2} id="position-label">
            {t("Position")}
          </Text>
          <SegmentedControl
            aria-labelledby="position-label"
            disabled={readOnly}
            data={[
              { value: "pre", label: t("Before the call"), disabled: !positions.includes("pre") },
              { value: "post", label: t("After the call"), disabled: !positions.includes("post") },
            ]}
            value={draft.position}
            onChange={(position) => set({ position })}
          />
          {errorOf("position") && <p className="bk-error">{errorOf("position")}</p>}
        </div>
        <NumberInput
          label={t("Order")}
          description={t("Bindings with lower numbers run first.")}
          inputWrapperOrder={inputOrder}
          disabled={readOnly}
          allowDecimal={false}
          value={draft.ordering}
          error={errorOf("ordering")}
          onChange={(ordering) => set({ ordering: ordering === "" ? 0 : ordering })}
        />
      </div>
      <Switch
        label={t("Active")}
        disabled={readOnly}
        checked={draft.active}
        error={errorOf("active")}
        onChange={({ currentTarget }) => set({ active: currentTarget.checked })}
      />
    </FormSection>
  );
}
