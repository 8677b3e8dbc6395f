import { Alert, Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { type Binding, type BindingFields, getBinding, saveBinding } from "../api/bindings.ts";
import type { Descriptions } from "../api/describe.ts";
import { ApiError, type Problem } from "../api/http.ts";
import { useRights } from "../api/rights.ts";
import { hasMask } from "../bindings/has-mask.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { useNotify } from "../parts/notices.tsx";
import { Page } from "../parts/page.tsx";
import { errorText, problemsOf } from "../schema-form/field-problems.ts";
import { UnreadableContext, useUnreadable } from "../schema-form/unreadable.ts";
import { draftStorage } from "../session.ts";
import { ActionSection } from "./action-section.tsx";
import { BacktestPanel } from "./backtest-panel.tsx";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { type Draft, draftOf, emptyDraft, type MergedDrafts, mergeDrafts, secretOptions } from "./draft.ts";
import type { SectionProps } from "./form-section.tsx";
import { PreviewPanel } from "./preview-panel.tsx";
import { ProblemList } from "./problem-list.tsx";
import { PurposeSection } from "./purpose-section.tsx";
import { RunSections } from "./run-sections.tsx";
import { isTouched, touchedFields } from "./touched-fields.ts";
import { fieldsOf, problemsOfRefusal, useCheck } from "./use-check.ts";
import { useDraft } from "./use-draft.ts";

/** The form of a binding. */
export function BindingForm({
  id,
  start,
  binding,
  descriptions,
  reload,
}: {
  id: string;
  /** Initial values of the form of a new binding. */
  start: Partial<Draft>;
  binding: Binding | undefined;
  descriptions: Descriptions;
  reload(): Promise<Binding | undefined>;
}) {
  const { t } = useTranslation();
  const notify = useNotify();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { may, has, user } = useRights();
  const readOnly = !may("bindings:write");
  // contains the user, so that the next user of the tab does not receive this draft
  const draftName = JSON.stringify([user?.name, user?.realm, id]);
  const secrets = useMemo(() => allSecrets(descriptions, binding), [descriptions, binding]);
  const state = useDraft(draftName, binding, secrets, start);
  const { draft, changed } = state;
  const [refused, setRefused] = useState<{ draft: Draft; problems: readonly Problem[] }>();
  const [conflict, setConflict] = useState<MergedDrafts & { readonly theirs: Binding }>();
  // undefined: every problem is shown, as for a stored binding and after an attempt to save
  const [touched, setTouched] = useState(() => (binding ? undefined : touchedFields(emptyDraft, draft)));
  const checked = useCheck(draft, binding?.id);
  const { unreadable, context } = useUnreadable();
  const found = refused?.draft === draft ? refused.problems : checked.problems;
  // fields that have not been filled in yet are not reported as wrong
  const problems = touched ? found.filter(({ field }) => isTouched(field, touched)) : found;
  const handler = descriptions.handlers.find((one) => one.id === draft.handlermodule);
  const action = handler?.actions.find((one) => one.name === draft.action);
  const section: SectionProps = {
    draft,
    set(fields) {
      const next = { ...draft, ...fields };
      setTouched((before) => before && new Set([...before, ...touchedFields(draft, next)]));
      state.set(next);
    },
    readOnly,
    errorOf: (field) => errorText(problemsOf(problems, field)),
    problems,
    handler,
    action,
  };

  const save = useMutation({
    mutationFn: () =>
      saveBinding({
        ...(fieldsOf(draft) as BindingFields),
        ...(binding && { id: binding.id, revision: state.revision }),
      }),
    onSuccess: async (saved) => {
      draftStorage.remove(draftName);
      notify.done(t("“{name}” was saved.", { name: draft.name }));
      void client.invalidateQueries({ queryKey: ["bindings"] });
      void client.invalidateQueries({ queryKey: ["history"] });
      if (binding) await reload();
      else await navigate({ to: "/bindings/$id", params: { id: String(saved.id) } });
    },
    onError: async (error) => {
      setTouched(undefined);
      if (!(error instanceof ApiError)) return notify.failed(error);
      if (error.status === 409 && binding) {
        const theirs = await getBinding(binding.id).catch((problem: unknown) => notify.failed(problem));
        if (theirs) setConflict({ theirs, ...mergeDrafts(state.base, draftOf(theirs), draft) });
        return;
      }
      const listed = error.status === 400 && error.problems.length > 0;
      if (error.status === 400) setRefused({ draft, problems: problemsOfRefusal(error) });
      // the problems are next to their fields; repeating them all here would cover the form
      notify.failed(listed ? t("The binding was not saved: correct the listed errors.") : error);
    },
  });

  const submit = () => {
    // unreadable input is not in the draft: saving would drop it
    if (unreadable.length > 0) notify.failed(t("Correct {fields} first.", { fields: unreadable.join(", ") }));
    else save.mutate();
  };

  return (
    <UnreadableContext value={context}>
      <Page
        title={binding ? binding.name : t("New binding")}
        lead={
          <>
            <Link to="/bindings">{t("All bindings")}</Link>
            {binding && has("history") && (
              <>
                {" · "}
                <Link to="/history" search={{ binding: binding.id }}>
                  {t("History")}
                </Link>
              </>
            )}
            {draft.event[0] !== undefined && (
              <>
                {" · "}
                <Link to="/events/$event" params={{ event: draft.event[0] }}>
                  {t("The flow of {event}", { event: draft.event[0] })}
                </Link>
              </>
            )}
          </>
        }
        keepsActions={!readOnly}
        actions={
          !readOnly && (
            <>
              {changed && (
                <Button variant="default" onClick={state.discard}>
                  {t("Discard changes")}
                </Button>
              )}
              <Button loading={save.isPending} disabled={binding !== undefined && !changed} onClick={submit}>
                {t("Save")}
              </Button>
            </>
          )
        }
      >
        {state.restored && (
          <Alert className="bk-gap" color="indigo" role="status" title={t("Your unsaved changes were restored")}>
            {t("Secrets that you entered were not kept.")}
          </Alert>
        )}
        <div className="bk-editor">
          <form className="bk-stack" onSubmit={(event) => event.preventDefault()}>
            <PurposeSection {...section} events={descriptions.events} />
            <ActionSection {...section} descriptions={descriptions} />
            <RunSections {...section} />
          </form>
          <aside className="bk-side" aria-label={t("Check and preview")}>
            <ProblemList problems={problems} checking={checked.checking} complete={found.length === problems.length} />
            {has("preview") && may("calls:explain") && (
              <PreviewPanel draft={draft} valid={checked.valid} id={binding?.id} />
            )}
            {has("calls") && may("calls:explain") && <BacktestPanel draft={draft} id={binding?.id} />}
          </aside>
        </div>
        {conflict && (
          <ConflictDialog
            {...conflict}
            onClose={() => setConflict(undefined)}
            onResolve={(merged) => {
              setConflict(undefined);
              state.rebase(conflict.theirs, merged);
              notify.done(t("The form now contains both changes. Review it, then save it."));
            }}
          />
        )}
      </Page>
    </UnreadableContext>
  );
}

/**
 * Returns the names of the secret options of all actions, and of the masked options of the binding. Values that are
 * typed into them are not kept in the browser.
 */
function allSecrets({ handlers }: Descriptions, binding: Binding | undefined): ReadonlySet<string> {
  const marked = handlers.flatMap(({ actions }) => actions.flatMap((action) => [...secretOptions(action)]));
  const masked = Object.entries(binding?.options ?? {}).filter(([, value]) => hasMask(value));
  return new Set([...marked, ...masked.map(([name]) => name)]);
}
