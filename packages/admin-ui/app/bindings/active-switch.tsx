import { useTranslation } from "../i18n/i18n.ts";

/** Switches a binding on and off. It is a single element, since a long table contains a switch in each row. */
export function ActiveSwitch({
  name,
  active,
  disabled,
  onToggle,
}: {
  name: string;
  active: boolean;
  disabled: boolean;
  onToggle(): void;
}) {
  const { t } = useTranslation();
  return (
    <input
      type="checkbox"
      // biome-ignore lint/a11y/useAriaPropsForRole: a checkbox says by itself whether it is checked
      role="switch"
      className="bk-switch"
      checked={active}
      disabled={disabled}
      onChange={onToggle}
      aria-label={t("“{name}” is active", { name })}
    />
  );
}
