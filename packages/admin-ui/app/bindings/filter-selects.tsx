import { Select } from "@mantine/core";
import { memo, useMemo } from "react";
import { useTranslation } from "../i18n/i18n.ts";
import type { BindingFilters, BindingRow } from "./filter-bindings.ts";

/** Changes the given filters. A filter whose new value is undefined is removed. */
export type ChangeFilters = (changed: { [Name in keyof BindingFilters]?: BindingFilters[Name] | undefined }) => void;

/** The filters of the table, in addition to its search. */
export const FilterSelects = memo(function FilterSelects({
  rows,
  event,
  module,
  position,
  active,
  change,
}: {
  rows: readonly BindingRow[];
  event: BindingFilters["event"];
  module: BindingFilters["module"];
  position: BindingFilters["position"];
  active: BindingFilters["active"];
  change: ChangeFilters;
}) {
  const { t } = useTranslation();
  const events = useMemo(() => distinct(rows.flatMap(({ binding }) => binding.event)), [rows]);
  const modules = useMemo(() => distinct(rows.map(({ binding }) => binding.handlermodule)), [rows]);
  return (
    <>
      <Select
        aria-label={t("Event")}
        placeholder={t("Any event")}
        data={events}
        value={event ?? null}
        onChange={(event) => change({ event: event ?? undefined })}
        searchable
        clearable
        limit={200}
      />
      <Select
        aria-label={t("Module")}
        placeholder={t("Any module")}
        data={modules}
        value={module ?? null}
        onChange={(module) => change({ module: module ?? undefined })}
        searchable
        clearable
        limit={200}
      />
      <Select
        aria-label={t("Position")}
        placeholder={t("Before and after")}
        data={[
          { value: "pre", label: t("Before the call") },
          { value: "post", label: t("After the call") },
        ]}
        value={position ?? null}
        onChange={(position) => change({ position: position as BindingFilters["position"] })}
        clearable
      />
      <Select
        aria-label={t("State")}
        placeholder={t("Active or inactive")}
        data={[
          { value: "yes", label: t("Active") },
          { value: "no", label: t("Inactive") },
        ]}
        value={active ?? null}
        onChange={(active) => change({ active: active as BindingFilters["active"] })}
        clearable
      />
    </>
  );
});

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
