import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "../i18n/i18n.ts";
import { Page } from "../parts/page.tsx";
import { Empty } from "../parts/states.tsx";

/** Shown if there is no page at this address. */
export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("Page not found")}>
      <Empty title={t("There is no page at this address")}>
        <Button component={Link} to="/bindings" variant="default">
          {t("Show the bindings")}
        </Button>
      </Empty>
    </Page>
  );
}
