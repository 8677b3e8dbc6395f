import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changeBindings } from "../api/bindings.ts";
import { bringBack } from "../api/history.ts";
import { useRights } from "../api/rights.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { useNotify } from "../parts/notices.tsx";
import type { Picked } from "./use-picked.ts";

type Operation = "enable" | "disable" | "delete";

/** Maximum number of bindings that one click can restore, since each takes a request. */
const maxBack = 100;

/** The actions on all selected bindings. */
export function BulkBar({ picked }: { picked: Picked }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const client = useQueryClient();
  const keepsHistory = useRights().has("history");
  const [asked, setAsked] = useState<readonly number[]>();
  const ids = picked.rows.map(({ binding }) => binding.id);
  const reload = () => client.invalidateQueries({ queryKey: ["bindings"] });
  const back = useMutation({
    mutationFn: async (deleted: readonly number[]) => {
      for (const id of deleted) await bringBack(id);
    },
    onError: notify.failed,
    onSettled: reload,
  });
  const change = useMutation({
    mutationFn: (operation: Operation) => changeBindings(operation, ids),
    onSuccess: (count, operation) => {
      if (operation === "enable") {
        notify.done(t("{count, plural, one {# binding was} other {# bindings were}} switched on.", { count }));
      } else if (operation === "disable") {
        notify.done(t("{count, plural, one {# binding was} other {# bindings were}} switched off.", { count }));
      } else {
        notify.done(
          t("{count, plural, one {# binding was} other {# bindings were}} deleted.", { count }),
          keepsHistory && count <= maxBack ? { label: t("Undo"), run: () => back.mutate(ids) } : undefined,
        );
      }
      picked.all(false);
    },
    onError: notify.failed,
    onSettled: () => {
      setAsked(undefined);
      return reload();
    },
  });
  const count = ids.length;
  // if the selection has changed since the user was asked, they must be asked again
  if (asked && asked.join() === ids.join()) {
    return (
      <div className="bk-bulk" role="alert">
        <span>{t("{count, plural, one {# binding} other {# bindings}} would be deleted.", { count })}</span>
        <Button size="compact-sm" color="red" loading={change.isPending} onClick={() => change.mutate("delete")}>
          {t("Delete them")}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => setAsked(undefined)}>
          {t("Do nothing")}
        </Button>
      </div>
    );
  }
  return (
    <section className="bk-bulk" aria-label={t("With the selected bindings")}>
      <span role="status">{t("{count} selected", { count })}</span>
      <Button size="compact-sm" variant="default" disabled={change.isPending} onClick={() => change.mutate("enable")}>
        {t("Switch on")}
      </Button>
      <Button size="compact-sm" variant="default" disabled={change.isPending} onClick={() => change.mutate("disable")}>
        {t("Switch off")}
      </Button>
      <Button size="compact-sm" variant="default" disabled={change.isPending} onClick={() => setAsked(ids)}>
        {t("Delete …")}
      </Button>
      <Button size="compact-sm" variant="subtle" onClick={() => picked.all(false)}>
        {t("Select none")}
      </Button>
    </section>
  );
}
