import type { HistoryEntry } from "@bookend/client";
import { Button, Pagination, Paper } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { readHistory, restoreBinding } from "../api/history.ts";
import { useRights } from "../api/rights.ts";
import { type Message, type Translate, useTranslation } from "../i18n/i18n.ts";
import { Difference, differences } from "../parts/difference.tsx";
import { useNotify } from "../parts/notices.tsx";
import { ownValue } from "../parts/own-value.ts";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { Tag } from "../parts/tag.tsx";

const operations: Readonly<Record<string, Message>> = {
  create: "added",
  change: "changed",
  delete: "deleted",
  import: "imported",
  apply: "applied",
  restore: "restored",
  bulk: "changed together",
  order: "reordered",
};

/** The number of entries on a page of the API if the request does not specify a size. */
const pageSize = 50;

/** Shows who changed which binding and how, and can restore earlier states. */
export function HistoryPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { binding, page = 1 } = useSearch({ from: "/history" });
  const query = useQuery({
    queryKey: ["history", binding, page],
    queryFn: ({ signal }) => readHistory({ id: binding, page }, signal),
  });
  const show = (next: number) =>
    void navigate({
      to: "/history",
      search: { ...(binding !== undefined && { binding }), ...(next > 1 && { page: next }) },
    });
  return (
    <Page
      title={t("History")}
      lead={
        binding === undefined ? (
          t("Who changed which binding, and how.")
        ) : (
          <>
            {t("Changes of binding {id}.", { id: binding })} <Link to="/history">{t("Show all changes")}</Link>
          </>
        )
      }
    >
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data?.length === 0 && (
        <Empty title={page === 1 ? t("There are no changes yet") : t("There are no more entries")} />
      )}
      <ol className="bk-timeline">
        {query.data?.map((entry) => (
          <li key={entry.entry}>
            <Entry entry={entry} />
          </li>
        ))}
      </ol>
      {(page > 1 || (query.data?.length ?? 0) >= pageSize) && (
        <Pagination
          value={page}
          total={(query.data?.length ?? 0) >= pageSize ? page + 1 : page}
          onChange={show}
          getControlProps={(control) => ({ "aria-label": control === "next" ? t("Next page") : t("Previous page") })}
          getItemProps={(number) => ({ "aria-label": t("Page {number}", { number }) })}
        />
      )}
    </Page>
  );
}

function Entry({ entry: { entry, time: at, operation, actor, client, count, bindings } }: { entry: HistoryEntry }) {
  const { t, time } = useTranslation();
  const { may } = useRights();
  const notify = useNotify();
  const queries = useQueryClient();
  const restore = useMutation({
    mutationFn: ({ id, side }: { id: number; side: "before" | "after" }) => restoreBinding(id, { entry, side }),
    onSuccess: () => {
      notify.done(t("The binding was restored."));
      return queries.invalidateQueries();
    },
    onError: notify.failed,
  });
  return (
    <Paper withBorder component="article" className="bk-explained">
      <div className="bk-explained-top">
        <Tag kind={operation === "delete" ? "bad" : operation === "create" ? "good" : "post"}>
          {nameOf(operation, t)}
        </Tag>
        <strong>{actor ? [actor.name, actor.realm].filter(Boolean).join("@") : t("somebody")}</strong>
        {client && <small className="bk-hint">{client}</small>}
        <time className="bk-end bk-hint">{time(at)}</time>
      </div>
      {bindings.map(({ id, name, before, after, changed_secrets: secrets }) => (
        <section key={id} className="bk-changed" aria-label={name}>
          <div className="bk-explained-top">
            {after ? (
              <Link to="/bindings/$id" params={{ id: String(id) }} className="bk-name">
                {name}
              </Link>
            ) : (
              <span className="bk-name">{name}</span>
            )}
            {may("bindings:write") && before && (
              <Button
                className="bk-end"
                size="compact-sm"
                variant="default"
                loading={restore.isPending}
                onClick={() => restore.mutate({ id, side: "before" })}
              >
                {after ? t("Restore the state before this") : t("Restore the binding")}
              </Button>
            )}
          </div>
          {before && after ? (
            <Difference fields={differences(before, after)} />
          ) : (
            <details>
              <summary>{t("Show the fields")}</summary>
              <Difference fields={differences(before, after)} />
            </details>
          )}
          {secrets && secrets.length > 0 && (
            <p className="bk-hint">{t("Secrets that change: {names}", { names: secrets.join(", ") })}</p>
          )}
        </section>
      ))}
      {count > bindings.length && (
        <p className="bk-hint">{t("{count} more are not listed.", { count: count - bindings.length })}</p>
      )}
    </Paper>
  );
}

function nameOf(operation: string, t: Translate): string {
  const known = ownValue(operations, operation);
  return known ? t(known) : operation;
}
