import { Paper, Text, Title } from "@mantine/core";
import type { Problem } from "../api/http.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { Tag } from "../parts/tag.tsx";

const maxShown = 20;

/** The problems that the server finds in the form. */
export function ProblemList({
  problems,
  checking,
  complete,
}: {
  problems: readonly Problem[];
  checking: boolean;
  complete: boolean;
}) {
  const { t } = useTranslation();
  const errors = problems.filter(({ severity }) => severity !== "warning");
  const warnings = problems.filter(({ severity }) => severity === "warning");
  const state =
    errors.length > 0
      ? t("{count, plural, one {# error} other {# errors}}", { count: errors.length })
      : warnings.length > 0
        ? t("{count, plural, one {# warning} other {# warnings}}", { count: warnings.length })
        : complete
          ? t("No problems")
          : t("Fill in the form");
  return (
    <Paper withBorder className="bk-section">
      <Title order={2} size="h4">
        {t("Check")}
      </Title>
      <Text role="status" c="dimmed" size="sm">
        {checking ? t("Checking …") : state}
      </Text>
      <ul className="bk-problems">
        {[...errors, ...warnings].slice(0, maxShown).map(({ field, message, severity }) => (
          <li key={`${field} ${message}`}>
            <Tag kind={severity === "warning" ? "warn" : "bad"}>
              {severity === "warning" ? t("warning") : t("error")}
            </Tag>
            <span>{message}</span>
          </li>
        ))}
      </ul>
    </Paper>
  );
}
