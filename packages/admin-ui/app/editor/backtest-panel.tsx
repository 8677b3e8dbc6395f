import type { BacktestLine } from "@bookend/client";
import { Button, Paper, Progress, Select, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { backtest } from "../api/backtest.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { useNotify } from "../parts/notices.tsx";
import { Tag } from "../parts/tag.tsx";
import type { Draft } from "./draft.ts";
import { fieldsOf } from "./use-check.ts";

/** Maximum number of calls that are listed. */
const maxListed = 100;
/** Maximum number of reasons that are listed, the most frequent ones first. */
const maxReasons = 10;
const dayMs = 86_400_000;

type CallLine = Extract<BacktestLine, { type: "call" }>;

interface Found {
  readonly done: number;
  readonly of: number;
  readonly calls: readonly CallLine[];
  readonly summary?: Extract<BacktestLine, { type: "summary" }>;
}

/** Tries the binding in the form against the recorded calls of the chosen period. */
export function BacktestPanel({ draft, id }: { draft: Draft; id: number | undefined }) {
  const { t, time, number } = useTranslation();
  const notify = useNotify();
  const [days, setDays] = useState("7");
  const [found, setFound] = useState<Found>();
  const [running, setRunning] = useState(false);
  const controller = useRef<AbortController>(undefined);
  useEffect(() => () => controller.current?.abort(), []);
  const run = async () => {
    controller.current?.abort();
    const own = new AbortController();
    controller.current = own;
    setRunning(true);
    setFound({ done: 0, of: 0, calls: [] });
    const calls: CallLine[] = [];
    try {
      const { clear_options: _clear, ...fields } = fieldsOf(draft);
      const binding = { ...fields, ...(id !== undefined && { id }) };
      const from = new Date(Date.now() - Number(days) * dayMs).toISOString();
      for await (const line of backtest({ binding, from }, own.signal)) {
        if (line.type === "error") throw new Error(line.message);
        // shown together with the progress instead of one by one, since there may be thousands
        if (line.type === "call") {
          if (calls.length < maxListed) calls.push(line);
        } else if (line.type === "progress") setFound({ done: line.done, of: line.of, calls: [...calls] });
        else setFound({ done: line.calls, of: line.calls, calls, summary: line });
      }
    } catch (error) {
      if (!own.signal.aborted) notify.failed(error);
    } finally {
      if (controller.current === own) setRunning(false);
    }
  };
  const summary = found?.summary;
  return (
    <Paper withBorder component="section" className="bk-section" aria-label={t("Backtest")}>
      <Title order={2} size="h4">
        {t("Backtest")}
      </Title>
      <div className="bk-stack">
        <p className="bk-hint">{t("Shows for which recorded calls this binding would have run. No action runs.")}</p>
        <Select
          label={t("Period")}
          allowDeselect={false}
          data={[
            { value: "1", label: t("24 hours") },
            { value: "7", label: t("7 days") },
            { value: "30", label: t("30 days") },
          ]}
          value={days}
          onChange={(picked) => setDays(picked ?? "7")}
        />
        <Button variant="default" loading={running} onClick={() => void run()}>
          {t("Try it")}
        </Button>
        {running && found && found.of > 0 && (
          <Progress value={(found.done / found.of) * 100} aria-label={t("Progress")} transitionDuration={0} />
        )}
        {summary && (
          <p className="bk-sentence" role="status">
            {summary.calls === 0
              ? t("No calls of the binding's events were recorded in this period.")
              : t(
                  "Of {calls, plural, one {# call} other {# calls}}, it would have run for {runs} and not for {not}; for {unknown} this is unknown.",
                  {
                    calls: summary.calls,
                    runs: number(summary.would_run),
                    not: number(summary.would_not),
                    unknown: number(summary.unknown),
                  },
                )}
          </p>
        )}
        {summary && (
          <ul className="bk-attention">
            {Object.entries(summary.reasons)
              .sort(([, one], [, other]) => other - one)
              .slice(0, maxReasons)
              .map(([reason, count]) => (
                <li key={reason}>
                  {reason} <small className="bk-hint">{number(count)}×</small>
                </li>
              ))}
          </ul>
        )}
        {found && found.calls.length > 0 && (
          <ul className="bk-problems">
            {found.calls.map(({ call, time: at, ran, reason }) => (
              <li key={call}>
                <Tag kind={ran === true ? "good" : ran === false ? "plain" : "warn"}>
                  {ran === true ? t("runs") : ran === false ? t("does not run") : t("cannot be known")}
                </Tag>
                <Link to="/explain" search={{ call }}>
                  {time(at)}
                </Link>
                <small className="bk-hint">{reason}</small>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Paper>
  );
}
