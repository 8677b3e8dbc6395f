import { Alert, Paper, Select, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { callerOf, readCalls } from "../api/calls.ts";
import { previewBinding } from "../api/preview.ts";
import { useRights } from "../api/rights.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { HtmlFrame } from "../parts/html-frame.tsx";
import type { Draft } from "./draft.ts";
import { fieldsOf } from "./use-check.ts";

/** Milliseconds after the last key press until the preview is requested. */
const pauseMs = 600;

/** A preview of the messages of a binding, for sample data or a recorded call. */
export function PreviewPanel({
  draft,
  valid,
  id,
}: {
  draft: Draft;
  /** The draft as JSON; undefined until the server has checked it, or if it has errors and cannot be rendered. */
  valid: string | undefined;
  id: number | undefined;
}) {
  const { t, time } = useTranslation();
  const { has, may } = useRights();
  const [call, setCall] = useState<string | null>(null);
  const [text] = useDebouncedValue(valid, pauseMs);
  const [event] = draft.event;
  const recorded = has("calls") && may("calls:read");
  const calls = useQuery({
    queryKey: ["calls", event],
    queryFn: ({ signal }) => readCalls({ event }, signal),
    enabled: recorded && event !== undefined,
  });
  const ready = event !== undefined && draft.action !== "";
  const preview = useQuery({
    queryKey: ["preview", id, text, call],
    queryFn: ({ signal }) => {
      const { clear_options: _clear, ...fields } = fieldsOf(JSON.parse(text ?? "") as Draft);
      const binding = { ...fields, ...(id !== undefined && { id }) };
      return previewBinding({ binding, ...(call === null ? { event } : { call }) }, signal);
    },
    enabled: ready && text !== undefined && text === valid,
    placeholderData: (previous) => previous,
    gcTime: 10_000,
    retry: false,
  });
  return (
    <Paper withBorder component="section" className="bk-section" aria-label={t("Preview")}>
      <Title order={2} size="h4">
        {t("Preview")}
      </Title>
      <div className="bk-stack">
        {recorded && (
          <Select
            label={t("For")}
            placeholder={t("Sample data")}
            clearable
            data={
              calls.data?.map((one) => ({
                value: one.id,
                label: [time(one.time), callerOf(one)].filter(Boolean).join(" · "),
              })) ?? []
            }
            value={call}
            onChange={setCall}
          />
        )}
        {!ready && <p className="bk-hint">{t("Choose an event and an action.")}</p>}
        {ready && preview.isError && <p className="bk-hint">{preview.error.message}</p>}
        {ready && preview.data?.length === 0 && <p className="bk-hint">{t("This action does not send a message.")}</p>}
        {ready &&
          preview.data?.map(({ option, format, value, problems }) => (
            <div key={option} className="bk-stack-small">
              <strong>{option}</strong>
              {format === "html" ? (
                <HtmlFrame title={t("Preview of {option}", { option })} html={value} />
              ) : (
                <pre className="bk-value">{value}</pre>
              )}
              {problems.map((problem) => {
                const message = typeof problem === "string" ? problem : problem.message;
                return (
                  <Alert key={message} color="yellow" p="xs">
                    {message}
                  </Alert>
                );
              })}
            </div>
          ))}
      </div>
    </Paper>
  );
}
