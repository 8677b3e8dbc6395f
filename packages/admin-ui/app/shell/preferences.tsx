import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useTranslation } from "../i18n/i18n.ts";
import { IconMoon, IconSun } from "../parts/icons.ts";

/** Switches between light and dark, English and German. */
export function Preferences() {
  const { t, language, change } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const dark = scheme === "dark";
  const other = language === "en" ? "de" : "en";
  return (
    <div className="bk-preferences">
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={dark ? t("Use light colors") : t("Use dark colors")}
        onClick={() => setColorScheme(dark ? "light" : "dark")}
      >
        {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
      </ActionIcon>
      <button
        type="button"
        className="bk-language"
        lang={other}
        aria-label={other === "de" ? "Deutsch" : "English"}
        onClick={() => change(other)}
      >
        {other === "de" ? "Deutsch" : "English"}
      </button>
    </div>
  );
}
