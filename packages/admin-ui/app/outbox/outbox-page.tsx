import { Button, Paper, SegmentedControl, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { readOutbox, type SentHook, type SentMail, type SentSms } from "../api/outbox.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { MailView } from "./mail-view.tsx";

type Kind = "mails" | "sms" | "hooks";

/** Milliseconds between two checks for new messages. */
const refreshMs = 5_000;

/** The messages that a demo or test server sent. */
export function OutboxPage() {
  const { t, time } = useTranslation();
  const navigate = useNavigate();
  const { kind = "mails" } = useSearch({ from: "/outbox" });
  const query = useQuery({
    queryKey: ["outbox", kind],
    queryFn: ({ signal }) => readOutbox<SentMail | SentSms | SentHook>(kind, signal),
    refetchInterval: refreshMs,
  });
  return (
    <Page
      title={t("Outbox")}
      lead={t("The messages that this demo sent. Nothing leaves this machine.")}
      actions={
        <Button variant="default" onClick={() => void query.refetch()}>
          {t("Refresh")}
        </Button>
      }
    >
      <div className="bk-stack">
        <SegmentedControl
          className="bk-start"
          aria-label={t("Kind")}
          data={[
            { value: "mails", label: t("Mails") },
            { value: "sms", label: "SMS" },
            { value: "hooks", label: t("Webhooks") },
          ]}
          value={kind}
          onChange={(picked) => void navigate({ to: "/outbox", search: { kind: picked as Kind }, replace: true })}
        />
        {query.isPending && <Loading />}
        {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
        {query.data?.length === 0 && (
          <Empty title={t("Nothing has been sent yet")}>
            <Text c="dimmed">{t("The messages that bindings send appear here.")}</Text>
            <Link to="/bindings">{t("All bindings")}</Link>
          </Empty>
        )}
        {query.data?.map((message) =>
          "subject" in message ? (
            <MailView key={`mail ${message.id}`} mail={message} />
          ) : "body" in message ? (
            <Paper key={`hook ${message.id}`} withBorder component="article" className="bk-explained">
              <div className="bk-explained-top">
                <strong>{message.headers["content-type"] ?? t("Webhook")}</strong>
                <time className="bk-end bk-hint">{time(message.at)}</time>
              </div>
              <pre className="bk-value">{message.body}</pre>
            </Paper>
          ) : (
            <Paper key={`${message.at} ${message.to}`} withBorder component="article" className="bk-explained">
              <div className="bk-explained-top">
                <strong>{t("To {to}", { to: message.to })}</strong>
                <time className="bk-end bk-hint">{time(message.at)}</time>
              </div>
              <p className="bk-text">{message.text}</p>
            </Paper>
          ),
        )}
      </div>
    </Page>
  );
}
