import type { ComponentPropsWithRef } from "react";
import { useTranslation } from "../i18n/i18n.ts";
import { IconDots } from "../parts/icons.ts";

/** The button that opens the menu of a binding. */
export function MenuButton({ name, ...props }: { name: string } & ComponentPropsWithRef<"button">) {
  const { t } = useTranslation();
  return (
    <button type="button" {...props} className="bk-more-button" aria-label={t("More for “{name}”", { name })}>
      <IconDots size={18} />
    </button>
  );
}
