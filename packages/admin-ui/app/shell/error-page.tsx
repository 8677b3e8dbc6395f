import { Button, Text } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "../i18n/i18n.ts";
import { Page } from "../parts/page.tsx";

/**
 * Shown if a page cannot be drawn, or a part of it cannot be loaded because the server is unavailable or has been
 * updated.
 */
export function ErrorPage({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <Page title={t("This page could not be displayed")}>
      <div className="bk-state" role="alert">
        <Text c="dimmed">{error instanceof Error ? error.message : String(error)}</Text>
        <Text>{t("Your input is kept in this tab, except for secrets.")}</Text>
        <Button variant="default" onClick={() => location.reload()}>
          {t("Reload")}
        </Button>
      </div>
    </Page>
  );
}
