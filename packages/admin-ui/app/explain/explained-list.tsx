import { Paper } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ExplainedBinding, ExplainedCondition } from "../api/explain.ts";
import { type Message, useTranslation } from "../i18n/i18n.ts";
import { shownValue } from "../parts/difference.tsx";
import { Empty } from "../parts/states.tsx";
import { Tag, type TagKind } from "../parts/tag.tsx";
import { labelOf } from "../words/conditions-in-words.ts";

const answers: Readonly<Record<ExplainedCondition["answer"], { readonly kind: TagKind; readonly label: Message }>> = {
  fulfilled: { kind: "good", label: "fulfilled" },
  "not fulfilled": { kind: "bad", label: "not fulfilled" },
  unknown: { kind: "warn", label: "unknown" },
};

/** The result of each binding, in the order in which they run. */
export function ExplainedList({ bindings }: { bindings: readonly ExplainedBinding[] }) {
  const { t } = useTranslation();
  if (bindings.length === 0) return <Empty title={t("This event has no bindings")} />;
  const running = bindings.filter(({ would_run: runs }) => runs === true).length;
  return (
    <div className="bk-stack">
      <p className="bk-sentence">
        {t("{running} of {count, plural, one {# binding} other {# bindings}} would run.", {
          running,
          count: bindings.length,
        })}
      </p>
      {bindings.map((binding) => (
        <Paper key={binding.id} withBorder component="article" className="bk-explained" aria-label={binding.name}>
          <div className="bk-explained-top">
            <Tag kind={binding.would_run === true ? "good" : binding.would_run === false ? "plain" : "warn"}>
              {binding.would_run === true
                ? t("runs")
                : binding.would_run === false
                  ? t("does not run")
                  : t("cannot be known")}
            </Tag>
            <Link to="/bindings/$id" params={{ id: String(binding.id) }} className="bk-name">
              {binding.name}
            </Link>
            <span className="bk-end">
              <Tag kind={binding.position === "pre" ? "pre" : "post"}>
                {binding.position === "pre" ? t("before") : t("after")}
              </Tag>
            </span>
          </div>
          <p className="bk-lead">
            {binding.handlermodule} · {binding.action} — {binding.reason}
          </p>
          {binding.conditions.length > 0 && (
            <div className="bk-scroll">
              <table className="bk-plain-table">
                <thead>
                  <tr>
                    <th scope="col">{t("Condition")}</th>
                    <th scope="col">{t("Answer")}</th>
                    <th scope="col">{t("Seen")}</th>
                    <th scope="col">{t("Wanted")}</th>
                  </tr>
                </thead>
                <tbody>
                  {binding.conditions.map(({ name, answer, seen, wanted, lost }) => (
                    <tr key={name}>
                      <th scope="row">{labelOf(name)}</th>
                      <td>
                        <Tag kind={answers[answer].kind}>{t(answers[answer].label)}</Tag>
                      </td>
                      <td>{lost ? t("no longer known") : (seen ?? null) === null ? "—" : shownValue(seen)}</td>
                      <td>{shownValue(wanted)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {binding.problems.map(({ message, severity }) => (
            <p key={message} className={severity === "warning" ? "bk-warning" : "bk-error"}>
              {message}
            </p>
          ))}
        </Paper>
      ))}
    </div>
  );
}
