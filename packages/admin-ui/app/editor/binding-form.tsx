import {
  Alert,
  Button,
  MultiSelect,
  NumberInput,
  Paper,
  SegmentedControl,
  Select,
  Switch,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { type Binding, type BindingFields, getBinding, saveBinding } from "../api/bindings.ts";
import type { Descriptions } from "../api/describe.ts";
import { ApiError, type Problem } from "../api/http.ts";
import { useRights } from "../api/rights.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { useNotify } from "../parts/notices.tsx";
import { Page } from "../parts/page.tsx";
import { errorText, problemsOf } from "../schema-form/field-problems.ts";
import { UnreadableContext, useUnreadable } from "../schema-form/unreadable.ts";
import { draftStorage } from "../session.ts";
import { BacktestPanel } from "./backtest-panel.tsx";
import { ConditionCards } from "./condition-cards.tsx";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { type Draft, draftOf, type MergedDrafts, mergeDrafts, secretOptions } from "./draft.ts";
import { OptionsSection } from "./options-section.tsx";
import { PreviewPanel } from "./preview-panel.tsx";
import { ProblemList } from "./problem-list.tsx";
import { fieldsOf, problemsOfRefusal, useCheck } from "./use-check.ts";
import { useDraft } from "./use-draft.ts";

const order = ["label", "input", "description", "error"] as ("label" | "input" | "description" | "error")[];

/** The form of a binding. */
export function BindingForm({
  id,
  binding,
  descriptions,
  reload,
}: {
  id: string;
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
  // the next user of the tab does not get it
  const draftName = JSON.stringify([user?.name, user?.realm, id]);
  const secrets = useMemo(() => allSecrets(descriptions, binding), [descriptions, binding]);
  const state = useDraft(draftName, binding, secrets);
  const { draft, changed } = state;
  const [refused, setRefused] = useState<{ draft: Draft; problems: readonly Problem[] }>();
  const [conflict, setConflict] = useState<MergedDrafts & { readonly theirs: Binding }>();
  const [touched, setTouched] = useState(binding !== undefined);
  const checked = useCheck(draft, binding?.id);
  const { unreadable, context } = useUnreadable();
  const found = refused?.draft === draft ? refused.problems : checked.problems;
  // a form that nobody has filled in yet is not wrong
  const problems = touched ? found : found.filter(({ field }) => field.includes("."));
  const handler = descriptions.handlers.find((one) => one.id === draft.handlermodule);
  const action = handler?.actions.find((one) => one.name === draft.action);
  const set = (fields: Partial<Draft>) => state.set({ ...draft, ...fields });
  const errorOf = (field: string) => errorText(problemsOf(problems, field));

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
      setTouched(true);
      if (!(error instanceof ApiError)) return notify.failed(error);
      if (error.status === 409 && binding) {
        const theirs = await getBinding(binding.id).catch((problem: unknown) => notify.failed(problem));
        if (theirs) setConflict({ theirs, ...mergeDrafts(state.base, draftOf(theirs), draft) });
        return;
      }
      if (error.status === 400) setRefused({ draft, problems: problemsOfRefusal(error) });
      notify.failed(error);
    },
  });

  const submit = () => {
    // what cannot be read is not in the draft: saving would drop it
    if (unreadable.length > 0) notify.failed(t("Correct {fields} first.", { fields: unreadable.join(", ") }));
    else save.mutate();
  };

  const positions = action?.positions ?? handler?.positions ?? ["pre", "post"];
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
                  {t("The way of {event}", { event: draft.event[0] })}
                </Link>
              </>
            )}
          </>
        }
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
          <Alert className="bk-gap" color="indigo" role="status" title={t("Your unsaved changes are back")}>
            {t("Secrets that you entered were not kept.")}
          </Alert>
        )}
        <div className="bk-editor">
          <form className="bk-stack" onSubmit={(event) => event.preventDefault()} onChange={() => setTouched(true)}>
            <Section title={t("What it is for")}>
              <TextInput
                label={t("Name")}
                required
                disabled={readOnly}
                value={draft.name}
                error={errorOf("name")}
                onChange={({ currentTarget }) => set({ name: currentTarget.value })}
              />
              <MultiSelect
                label={t("Events")}
                required
                disabled={readOnly}
                searchable
                hidePickedOptions
                limit={200}
                description={t("The calls that it belongs to.")}
                inputWrapperOrder={order}
                data={[...new Set([...descriptions.events.map(({ name }) => name), ...draft.event])]}
                value={[...draft.event]}
                error={errorOf("event")}
                onChange={(event) => {
                  setTouched(true);
                  set({ event });
                }}
              />
              <div className="bk-columns">
                <div>
                  <Text size="sm" fw={600} id="position-label">
                    {t("Position")}
                  </Text>
                  <SegmentedControl
                    aria-labelledby="position-label"
                    disabled={readOnly}
                    data={[
                      { value: "pre", label: t("Before the call"), disabled: !positions.includes("pre") },
                      { value: "post", label: t("After the call"), disabled: !positions.includes("post") },
                    ]}
                    value={draft.position}
                    onChange={(position) => set({ position })}
                  />
                  {errorOf("position") && <p className="bk-error">{errorOf("position")}</p>}
                </div>
                <NumberInput
                  label={t("Order")}
                  description={t("Smaller numbers run first.")}
                  inputWrapperOrder={order}
                  disabled={readOnly}
                  allowDecimal={false}
                  value={draft.ordering}
                  error={errorOf("ordering")}
                  onChange={(ordering) => set({ ordering: ordering === "" ? 0 : ordering })}
                />
              </div>
              <Switch
                label={t("Active")}
                disabled={readOnly}
                checked={draft.active}
                error={errorOf("active")}
                onChange={({ currentTarget }) => set({ active: currentTarget.checked })}
              />
            </Section>
            <Section title={t("What it does")}>
              <div className="bk-columns">
                <Select
                  label={t("Module")}
                  required
                  disabled={readOnly}
                  searchable
                  allowDeselect={false}
                  placeholder={t("Choose")}
                  description={handler?.description}
                  inputWrapperOrder={order}
                  data={withCurrent(
                    descriptions.handlers.map((one) => one.id),
                    draft.handlermodule,
                  )}
                  value={draft.handlermodule === "" ? null : draft.handlermodule}
                  error={errorOf("handlermodule")}
                  onChange={(picked) => {
                    const chosen = descriptions.handlers.find((one) => one.id === picked);
                    if (!chosen || chosen.id === draft.handlermodule) return;
                    const only = chosen.actions.length === 1 ? chosen.actions[0]?.name : undefined;
                    set({
                      handlermodule: chosen.id,
                      action: only ?? "",
                      options: {},
                      abort_on_error: chosen.abort_on_error,
                      position: chosen.positions.includes(draft.position)
                        ? draft.position
                        : (chosen.positions[0] ?? "post"),
                    });
                  }}
                />
                <Select
                  label={t("Action")}
                  required
                  disabled={readOnly || !handler}
                  searchable
                  allowDeselect={false}
                  placeholder={handler ? t("Choose") : t("Choose a module first")}
                  description={action?.description}
                  inputWrapperOrder={order}
                  data={withCurrent(handler?.actions.map((one) => one.name) ?? [], draft.action)}
                  value={draft.action === "" ? null : draft.action}
                  error={errorOf("action")}
                  onChange={(picked) => {
                    const chosen = handler?.actions.find((one) => one.name === picked);
                    if (!chosen || chosen.name === draft.action) return;
                    const kept = Object.entries(draft.options).filter(
                      ([name]) => name in (chosen.options.properties ?? {}),
                    );
                    set({
                      action: chosen.name,
                      options: Object.fromEntries(kept),
                      position: chosen.positions.includes(draft.position)
                        ? draft.position
                        : (chosen.positions[0] ?? "post"),
                    });
                  }}
                />
              </div>
              <OptionsSection
                action={action}
                values={draft.options}
                onChange={(options) => set({ options })}
                disabled={readOnly}
                problems={problems}
                tags={descriptions.tags}
              />
            </Section>
            <Section title={t("When it runs")}>
              <ConditionCards
                handler={handler}
                position={draft.position}
                conditions={draft.conditions}
                onChange={(conditions) => set({ conditions })}
                disabled={readOnly}
                problems={problems}
              />
            </Section>
            <Section title={t("If it fails, and how it is sent")}>
              <Switch
                label={t("A failure makes the call fail")}
                disabled={readOnly}
                checked={draft.abort_on_error}
                error={errorOf("abort_on_error")}
                onChange={({ currentTarget }) => set({ abort_on_error: currentTarget.checked })}
              />
              <Select
                label={t("Delivery")}
                disabled={readOnly}
                allowDeselect={false}
                data={[
                  { value: "inline", label: t("During the call") },
                  { value: "durable", label: t("Stored first, sent by the outbox, tried again if it fails") },
                ]}
                value={draft.delivery}
                error={errorOf("delivery")}
                onChange={(delivery) => set({ delivery: delivery ?? "inline" })}
              />
            </Section>
          </form>
          <aside className="bk-side" aria-label={t("Check and preview")}>
            <ProblemList problems={problems} checking={checked.checking} complete={touched} />
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
              notify.done(t("Both changes are in the form now. Save it when you have read it."));
            }}
          />
        )}
      </Page>
    </UnreadableContext>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Paper withBorder component="section" className="bk-section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <div className="bk-stack">{children}</div>
    </Paper>
  );
}

/** Names to choose from, with the one that is stored though it does not exist. */
function withCurrent(names: readonly string[], current: string): string[] {
  return current === "" || names.includes(current) ? [...names] : [...names, current];
}

/** Options of any action that are secret: none of them is kept in the browser. */
function allSecrets({ handlers }: Descriptions, binding: Binding | undefined): ReadonlySet<string> {
  const marked = handlers.flatMap(({ actions }) => actions.flatMap((action) => [...secretOptions(action)]));
  const masked = Object.entries(binding?.options ?? {}).filter(([, value]) => value === "***");
  return new Set([...marked, ...masked.map(([name]) => name)]);
}
