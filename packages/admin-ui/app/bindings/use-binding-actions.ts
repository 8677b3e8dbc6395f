import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Binding, deleteBinding, saveBinding, setActive } from "../api/bindings.ts";
import { ApiError } from "../api/http.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { useNotify } from "../parts/notices.tsx";
import { copyName } from "./copy-name.ts";

/** What the list does with one binding. */
export interface BindingActions {
  toggle(binding: Binding): void;
  duplicate(binding: Binding): void;
  remove(binding: Binding): void;
}

/** What the list does with one binding; what was done is shown at once, and can be undone where it removes something. */
export function useBindingActions(): BindingActions {
  const { t } = useTranslation();
  const notify = useNotify();
  const client = useQueryClient();
  const { mutate } = useMutation({ mutationFn: (run: () => Promise<void>) => run() });
  return useMemo(() => {
    const key = ["bindings"];
    const reload = () => client.invalidateQueries({ queryKey: key });
    const listed = () => client.getQueryData<readonly Binding[]>(key) ?? [];
    const show = (change: (all: readonly Binding[]) => readonly Binding[]) =>
      client.setQueryData<readonly Binding[]>(key, (all) => change(all ?? []));
    const attempt = (run: () => Promise<void>) =>
      mutate(run, {
        onError: (error) => {
          notify.failed(
            error instanceof ApiError && error.status === 409
              ? new Error(t("Somebody else changed this binding. It was loaded again; nothing was changed."))
              : error,
          );
        },
        onSettled: () => void reload(),
      });
    const add = async (binding: Binding, name: string, active: boolean) => {
      const { id: _id, revision: _revision, ...fields } = binding;
      await saveBinding({ ...fields, name, active });
    };
    return {
      toggle(binding) {
        const active = !binding.active;
        show((all) => all.map((one) => (one.id === binding.id ? { ...one, active } : one)));
        attempt(() => setActive(binding, active));
      },
      duplicate(binding) {
        const name = copyName(binding.name, new Set(listed().map((one) => one.name)), t("copy"));
        attempt(async () => {
          await add(binding, name, false);
          notify.done(t("“{name}” was added. It is inactive.", { name }));
        });
      },
      remove(binding) {
        show((all) => all.filter(({ id }) => id !== binding.id));
        attempt(async () => {
          await deleteBinding(binding);
          notify.done(t("“{name}” was deleted.", { name: binding.name }), {
            label: t("Undo"),
            run: () => attempt(() => add(binding, binding.name, binding.active)),
          });
        });
      },
    };
  }, [client, mutate, notify, t]);
}
