import type { AuditEntry } from "@bookend/client";
import { Button, Drawer, Paper, Select, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { readAudit, readCsv, readVerification, startVerification } from "../api/audit.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { Breakable } from "../parts/breakable.tsx";
import { save } from "../parts/download.ts";
import { useNotify } from "../parts/notices.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { Tag } from "../parts/tag.tsx";
import { useFilters } from "../parts/use-filters.ts";
import { AuditCallView } from "./audit-call-view.tsx";
import type { AuditSearch } from "./audit-search.ts";
import { detailInWords } from "./detail-in-words.ts";

/** Milliseconds after the last key press until the log is searched. */
const pauseMs = 300;

/** The audit log: search it, see what a call triggered, and verify it. */
export function AuditPage() {
  const { t } = useTranslation();
  const notify = useNotify();
  const navigate = useNavigate();
  const address = useSearch({ from: "/audit" });
  const [shown, setShown] = useFilters(address, (search) => void navigate({ to: "/audit", search, replace: true }));
  const { entry, ...filters } = shown;
  const [searched] = useDebouncedValue(JSON.stringify(filters), pauseMs);
  const query = useInfiniteQuery({
    queryKey: ["audit", searched],
    queryFn: ({ pageParam, signal }) => readAudit(JSON.parse(searched) as AuditSearch, pageParam, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => last.next,
  });
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  const csv = useMutation({
    mutationFn: () => readCsv(filters),
    onSuccess: (blob) => save(blob, "audit.csv"),
    onError: notify.failed,
  });
  const change = (changed: { [Name in keyof AuditSearch]?: AuditSearch[Name] | undefined }) => {
    const next = Object.entries({ ...shown, ...changed }).filter(([, value]) => value !== undefined && value !== "");
    setShown(Object.fromEntries(next) as AuditSearch);
  };
  const field = (name: "serial" | "user" | "event" | "action") => ({
    value: filters[name] ?? "",
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) => change({ [name]: currentTarget.value }),
  });
  return (
    <Page
      title={t("Audit log")}
      lead={t("Every call, and every action that it triggered. In a filter, * matches any characters.")}
      actions={
        <Button variant="default" loading={csv.isPending} onClick={() => csv.mutate()}>
          {t("Save as CSV")}
        </Button>
      }
    >
      <VerificationBar />
      <search className="bk-filters">
        <TextInput aria-label={t("Serial")} placeholder={t("Serial")} {...field("serial")} />
        <TextInput aria-label={t("User")} placeholder={t("User")} {...field("user")} />
        <TextInput aria-label={t("Event")} placeholder={t("Event")} {...field("event")} />
        <TextInput aria-label={t("Action")} placeholder={t("Action")} {...field("action")} />
        <Select
          aria-label={t("Outcome")}
          placeholder={t("Any outcome")}
          clearable
          data={[
            { value: "true", label: t("Succeeded") },
            { value: "false", label: t("Failed") },
          ]}
          value={filters.success ?? null}
          onChange={(success) => change({ success: success === "true" || success === "false" ? success : undefined })}
        />
      </search>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && entries.length === 0 && (
        <Empty title={query.hasNextPage ? t("No matching entries so far") : t("No matching entries")} />
      )}
      {entries.length > 0 && (
        <Paper withBorder className="bk-section bk-scroll">
          <table className="bk-plain-table bk-rows">
            <thead>
              <tr>
                <th scope="col">{t("Time")}</th>
                <th scope="col">{t("Outcome")}</th>
                <th scope="col">{t("Action")}</th>
                <th scope="col">{t("User")}</th>
                <th scope="col">{t("Serial")}</th>
                <th scope="col">{t("Information")}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((one) => (
                <Row key={one.number} entry={one} open={(id) => change({ entry: id })} />
              ))}
            </tbody>
          </table>
        </Paper>
      )}
      {query.hasNextPage && (
        <div className="bk-actions bk-center">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("Show more")}
          </Button>
        </div>
      )}
      <Drawer
        opened={entry !== undefined}
        onClose={() => change({ entry: undefined })}
        position="right"
        size="xl"
        title={t("The call")}
        transitionProps={{ duration: 0 }}
        closeButtonProps={{ "aria-label": t("Close") }}
      >
        {entry !== undefined && <AuditCallView id={entry} />}
      </Drawer>
    </Page>
  );
}

function Row({ entry, open }: { entry: AuditEntry; open(id: string): void }) {
  const { t, time } = useTranslation();
  const { action, parent, id, success, user, realm, actor, serial, info, action_detail: detail } = entry;
  const { binding_name: binding } = entry;
  return (
    <tr>
      <td className="bk-nowrap">{time(entry.time)}</td>
      <td>
        <Tag kind={success ? "good" : "bad"}>{success ? t("succeeded") : t("failed")}</Tag>
      </td>
      <td>
        <button type="button" className="bk-link" onClick={() => open(parent ?? id)}>
          {binding ?? <Breakable>{action}</Breakable>}
        </button>
        {binding !== null && (
          <small className="bk-hint bk-below">
            <Breakable>{action}</Breakable>
          </small>
        )}
      </td>
      <td>{user ? [user, realm].filter(Boolean).join("@") : actor}</td>
      <td>{serial}</td>
      <td>{info ?? (detail === null ? null : detailInWords(detail))}</td>
    </tr>
  );
}

function VerificationBar() {
  const { t, time, number } = useTranslation();
  const notify = useNotify();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ["verification"],
    queryFn: ({ signal }) => readVerification(signal),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? 1_000 : false),
  });
  const start = useMutation({
    mutationFn: startVerification,
    onSettled: () => client.invalidateQueries({ queryKey: ["verification"] }),
    onError: notify.failed,
  });
  if (!query.data) return null;
  const { state, checked = 0, problems = [], at } = query.data;
  const texts = {
    never: t("The log has not been verified yet."),
    running: t("The log is being verified."),
    valid: t("The log is intact: {checked} entries were verified.", { checked: number(checked) }),
    failed: t("The verification could not be completed."),
    broken: t("The log was tampered with: {count, plural, one {# problem} other {# problems}}.", {
      count: problems.length,
    }),
  };
  return (
    <div className="bk-bar" role="status">
      <Tag kind={state === "valid" ? "good" : state === "broken" ? "bad" : "plain"}>{t("Integrity")}</Tag>
      <Text size="sm">{texts[state]}</Text>
      {at && <small className="bk-hint">{time(at)}</small>}
      <Button
        className="bk-end"
        size="compact-sm"
        variant="default"
        loading={start.isPending || state === "running"}
        onClick={() => start.mutate()}
      >
        {t("Verify")}
      </Button>
    </div>
  );
}
