import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Binding, copyBinding, deleteBinding, getBinding, saveBinding, setActive } from "../api/bindings.ts";
import { bringBack } from "../api/history.ts";
import { ApiError } from "../api/http.ts";
import { useRights } from "../api/rights.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { useNotify } from "../parts/notices.tsx";
import { hasMask } from "./has-mask.ts";

/** The actions of the list that apply to one binding. */
export interface BindingActions {
  toggle(binding: Binding): void;
  duplicate(binding: Binding): void;
  remove(binding: Binding): void;
}

/**
 * Returns the actions of the list that apply to one binding. A switched or deleted binding is shown as changed
 * immediately, and most deletions can be undone.
 */
export function useBindingActions(): BindingActions {
  const { t } = useTranslation();
  const notify = useNotify();
  const client = useQueryClient();
  const keepsHistory = useRights().has("history");
  // the callbacks are not passed to `mutate`, which drops them when another mutation follows or the page is left
  const { mutate } = useMutation({
    mutationFn: (run: () => Promise<void>) => run(),
    onError: (error) => {
      notify.failed(
        error instanceof ApiError && error.status === 409
          ? new Error(t("Somebody else has changed this binding. It was reloaded, and your change was not saved."))
          : error,
      );
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["bindings"] }),
  });
  return useMemo(() => {
    const show = (change: (all: readonly Binding[]) => readonly Binding[]) =>
      // if the list is not loaded yet, the server's response will contain the change
      client.setQueryData<readonly Binding[]>(["bindings"], (all) => all && change(all));
    /** Returns a function that restores a binding after its deletion; undefined if that is not possible. */
    const wayBack = async ({ id, options }: Binding) => {
      if (keepsHistory) return () => bringBack(id);
      // masked options cannot be saved again
      if (hasMask(options)) return undefined;
      const { id: _id, revision: _revision, ...fields } = await getBinding(id);
      return async () => void (await saveBinding(fields));
    };
    return {
      toggle(binding) {
        const active = !binding.active;
        show((all) => all.map((one) => (one.id === binding.id ? { ...one, active } : one)));
        mutate(() => setActive(binding, active));
      },
      duplicate(binding) {
        mutate(async () => {
          const { name } = await copyBinding(binding.id);
          notify.done(t("“{name}” was added. It is inactive.", { name }));
        });
      },
      remove(binding) {
        show((all) => all.filter(({ id }) => id !== binding.id));
        mutate(async () => {
          const back = await wayBack(binding);
          await deleteBinding(binding);
          notify.done(
            t("“{name}” was deleted.", { name: binding.name }),
            back && { label: t("Undo"), run: () => mutate(back) },
          );
        });
      },
    };
  }, [client, keepsHistory, mutate, notify, t]);
}
