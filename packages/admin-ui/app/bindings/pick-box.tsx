import { useTranslation } from "../i18n/i18n.ts";

/** Selects a row for a bulk change. */
export function PickBox({ name, picked, onToggle }: { name: string; picked: boolean; onToggle(): void }) {
  const { t } = useTranslation();
  return (
    <input
      type="checkbox"
      className="bk-pick"
      checked={picked}
      onChange={onToggle}
      aria-label={t("Select “{name}”", { name })}
    />
  );
}
