import { Button, Paper, Select, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { callerOf, readCalls } from "../api/calls.ts";
import { descriptionsQuery } from "../api/describe.ts";
import { explainCall } from "../api/explain.ts";
import { useRights } from "../api/rights.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { readObject } from "../parts/json-text.ts";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { ExplainedList } from "./explained-list.tsx";

const textFields = ["user", "realm", "serial", "client_ip", "logged_in_user"] as const;

/** Shows whether each binding of an event would run for a call, and why. */
export function ExplainPage() {
  const { t, time } = useTranslation();
  const { may, has } = useRights();
  const navigate = useNavigate();
  const { event, call } = useSearch({ from: "/explain" });
  const descriptions = useQuery(descriptionsQuery);
  const [fields, setFields] = useState<Readonly<Record<string, string>>>({});
  const [failures, setFailures] = useState<Readonly<Record<string, string>>>({});
  const recorded = has("calls") && may("calls:read");
  const calls = useQuery({
    queryKey: ["calls", event],
    queryFn: ({ signal }) => readCalls({ event }, signal),
    enabled: recorded,
  });
  const explain = useMutation({ mutationFn: explainCall });
  const { mutate } = explain;
  const chosenEvent = event ?? calls.data?.find(({ id }) => id === call)?.event;
  useEffect(() => {
    if (call !== undefined) mutate({ call });
  }, [call, mutate]);

  const field = (name: string) => ({
    value: fields[name] ?? "",
    error: failures[name],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      setFields((all) => ({ ...all, [name]: currentTarget.value })),
  });
  const run = () => {
    const wrong: Record<string, string> = {};
    const objects: Record<string, unknown> = {};
    for (const name of ["parameters", "response"]) {
      try {
        objects[name] = readObject(fields[name] ?? "");
      } catch {
        wrong[name] = t("This must be a JSON object.");
      }
    }
    setFailures(wrong);
    if (Object.keys(wrong).length > 0) return;
    const given = textFields.flatMap((name) => (fields[name] ? [[name, fields[name]]] : []));
    mutate({
      event,
      ...Object.fromEntries(given),
      ...Object.fromEntries(Object.entries(objects).filter(([, value]) => value !== undefined)),
    });
  };
  return (
    <Page title={t("Explain")} lead={t("Shows why each binding would or would not run for a call. No action runs.")}>
      <div className="bk-explain">
        <Paper withBorder component="section" className="bk-section" aria-label={t("The call")}>
          <form
            className="bk-stack"
            onSubmit={(submitted) => {
              submitted.preventDefault();
              run();
            }}
          >
            <Select
              label={t("Event")}
              required
              searchable
              limit={200}
              placeholder={t("Choose")}
              data={descriptions.data?.events.map(({ name }) => name) ?? []}
              value={chosenEvent ?? null}
              onChange={(picked) =>
                void navigate({ to: "/explain", search: picked ? { event: picked } : {}, replace: true })
              }
            />
            {recorded && (
              <Select
                label={t("A recorded call")}
                description={t("Or describe a call below.")}
                placeholder={t("None")}
                clearable
                searchable
                data={
                  calls.data?.map((one) => ({
                    value: one.id,
                    label: [time(one.time), one.event, callerOf(one)].filter(Boolean).join(" · "),
                  })) ?? []
                }
                value={call ?? null}
                onChange={(picked) =>
                  void navigate({
                    to: "/explain",
                    search: { ...(event !== undefined && { event }), ...(picked && { call: picked }) },
                    replace: true,
                  })
                }
              />
            )}
            {call === undefined && (
              <>
                <div className="bk-columns">
                  <TextInput label={t("User")} placeholder="alice" {...field("user")} />
                  <TextInput label={t("Realm")} placeholder="corp" {...field("realm")} />
                  <TextInput label={t("Serial")} placeholder="OATH00000001" {...field("serial")} />
                  <TextInput label={t("Client IP")} placeholder="10.1.2.3" {...field("client_ip")} />
                  <TextInput label={t("Who is signed in")} placeholder="admin" {...field("logged_in_user")} />
                </div>
                <Textarea
                  label={t("Other parameters")}
                  description={t("As JSON.")}
                  placeholder={'{ "type": "hotp" }'}
                  autosize
                  minRows={2}
                  classNames={{ input: "bk-mono" }}
                  {...field("parameters")}
                />
                <Textarea
                  label={t("Response")}
                  description={t("The body of the response as JSON, for bindings after the call.")}
                  placeholder={'{ "result": { "status": true } }'}
                  autosize
                  minRows={2}
                  classNames={{ input: "bk-mono" }}
                  {...field("response")}
                />
                <Button type="submit" disabled={event === undefined} loading={explain.isPending}>
                  {t("Explain")}
                </Button>
              </>
            )}
          </form>
        </Paper>
        <section aria-label={t("Result")} aria-live="polite">
          {explain.isPending && <Loading />}
          {explain.isError && <Failed error={explain.error} />}
          {explain.isIdle && (
            <Empty title={t("Describe a call")}>
              <p className="bk-lead">
                {t("Each binding of the event is shown with the values that its conditions saw.")}
              </p>
            </Empty>
          )}
          {explain.isSuccess && <ExplainedList bindings={explain.data} />}
        </section>
      </div>
    </Page>
  );
}
