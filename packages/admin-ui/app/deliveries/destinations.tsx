import type { Destination } from "@bookend/client";
import { Button, Paper, Title } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { readDestinations, resumeDestination } from "../api/deliveries.ts";
import { useRights } from "../api/rights.ts";
import { type Message, useTranslation } from "../i18n/i18n.ts";
import { useNotify } from "../parts/notices.tsx";
import { Tag } from "../parts/tag.tsx";
import { visibleTurns } from "../parts/visible-turns.ts";

const stateNames: Readonly<Record<Destination["state"], Message>> = {
  open: "open",
  paused: "paused",
  disabled: "disabled",
};

/** The destinations of deliveries and their state; a destination that is paused or disabled can be resumed. */
export function Destinations() {
  const { t, time } = useTranslation();
  const { may } = useRights();
  const notify = useNotify();
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: ["destinations", "pages"],
    queryFn: ({ pageParam, signal }) => readDestinations({ cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  });
  const found = query.data?.pages.flatMap(({ destinations }) => destinations) ?? [];
  const resume = useMutation({
    mutationFn: resumeDestination,
    onSuccess: (_value, name) => {
      notify.done(t("Sending to {name} has resumed.", { name }));
      return client.invalidateQueries({ queryKey: ["destinations"] });
    },
    onError: notify.failed,
  });
  if (found.length === 0) return null;
  return (
    <Paper withBorder component="section" className="bk-section bk-scroll" aria-label={t("Destinations")}>
      <Title order={2} size="h4">
        {t("Destinations")}
      </Title>
      <table className="bk-plain-table bk-destinations">
        <thead>
          <tr>
            <th scope="col">{t("Name")}</th>
            <th scope="col">{t("State")}</th>
            <th scope="col">{t("Waiting")}</th>
            <th scope="col">{t("Being sent")}</th>
            <th scope="col">{t("Failures")}</th>
            <th scope="col">{t("Oldest waiting")}</th>
            <th scope="col">
              <span className="bk-hidden">{t("More")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {found.map((one) => (
            <tr key={one.name}>
              <th scope="row">{visibleTurns(one.name)}</th>
              <td>
                <Tag kind={one.state === "open" ? "good" : "bad"}>{t(stateNames[one.state])}</Tag>
              </td>
              <td>{one.waiting}</td>
              <td>{one.sending}</td>
              <td>{one.failures}</td>
              <td>{one.oldest_waiting ? time(one.oldest_waiting) : "—"}</td>
              <td>
                {one.state !== "open" && may("deliveries:replay") && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    loading={resume.isPending}
                    onClick={() => resume.mutate(one.name)}
                  >
                    {t("Resume")}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {query.hasNextPage && (
        <div className="bk-actions bk-center">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("Show more destinations")}
          </Button>
        </div>
      )}
    </Paper>
  );
}
