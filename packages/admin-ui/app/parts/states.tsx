import { Button, Loader, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiError } from "../api/http.ts";
import { useTranslation } from "../i18n/i18n.ts";

/** Shown while something is loading. */
export function Loading() {
  const { t } = useTranslation();
  return (
    <div className="bk-state" role="status">
      <Loader size="sm" aria-hidden />
      <Text c="dimmed">{t("Loading …")}</Text>
    </div>
  );
}

/** Shown if something could not be read. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="bk-state" role="alert">
      <Title order={3}>
        {error instanceof ApiError && error.status === 403
          ? t("You are not allowed to see this")
          : t("The data could not be loaded")}
      </Title>
      <Text c="dimmed">{error instanceof Error ? error.message : String(error)}</Text>
      {retry && (
        <Button variant="default" onClick={retry}>
          {t("Try again")}
        </Button>
      )}
    </div>
  );
}

/** Shown if the user does not have `right`, or, if `right` is undefined, the host does not provide the feature. */
export function Denied({ right }: { right: string | undefined }) {
  const { t } = useTranslation();
  return (
    <div className="bk-state" role="alert">
      <Title order={1} size="h3">
        {right === undefined ? t("This is not available on this server") : t("You are not allowed to see this")}
      </Title>
      {right !== undefined && <Text c="dimmed">{t("You need the right {right}.", { right })}</Text>}
    </div>
  );
}

/** Shown if there is nothing to list, yet or for the chosen filters. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="bk-state">
      <Title order={3}>{title}</Title>
      {children}
    </div>
  );
}
