import { Button, Checkbox, FileInput, Paper, Select, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useRights } from "../api/rights.ts";
import { exportBindings, importBindings } from "../api/transfer.ts";
import { type Message, useTranslation } from "../i18n/i18n.ts";
import { Difference, differences } from "../parts/difference.tsx";
import { save } from "../parts/download.ts";
import { IconDownload, IconUpload } from "../parts/icons.ts";
import { useNotify } from "../parts/notices.tsx";
import { Page } from "../parts/page.tsx";
import { Failed, Loading } from "../parts/states.tsx";
import { Tag, type TagKind } from "../parts/tag.tsx";

const modes: readonly { readonly value: string; readonly label: Message }[] = [
  { value: "merge", label: "Change existing bindings and add new ones" },
  { value: "add", label: "Only add new ones: refuse existing names" },
  { value: "replace", label: "Replace: also delete bindings that are not in the file" },
];

const kinds: Readonly<Record<string, TagKind>> = {
  added: "good",
  updated: "post",
  changed: "post",
  unchanged: "plain",
};

/** Maximum number of bindings that a preview lists. */
const maxListed = 500;

/** Exports all bindings to a file and imports them, with a preview of the changes. */
export function TransferPage() {
  const { t } = useTranslation();
  const notify = useNotify();
  const client = useQueryClient();
  const { may } = useRights();
  const [file, setFile] = useState<File | null>(null);
  const [mode, setMode] = useState("merge");
  const [inactive, setInactive] = useState(false);
  const saving = useMutation({
    mutationFn: exportBindings,
    onSuccess: ({ document: content, masked }) => {
      save(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }), "bindings.json");
      notify.done(
        masked === 0
          ? t("The bindings were exported.")
          : t("The bindings were exported. {masked, plural, one {# secret is} other {# secrets are}} masked.", {
              masked,
            }),
      );
    },
    onError: notify.failed,
  });
  const run = async (dryRun: boolean) => importBindings((await file?.text()) ?? "", { mode, inactive, dryRun });
  const preview = useMutation({ mutationFn: () => run(true) });
  const apply = useMutation({
    mutationFn: () => run(false),
    onSuccess: ({ bindings }) => {
      notify.done(
        t("{count, plural, one {# binding was} other {# bindings were}} imported.", { count: bindings.length }),
      );
      preview.reset();
      setFile(null);
      return client.invalidateQueries();
    },
    onError: notify.failed,
  });
  const report = preview.data;
  const changing = report?.bindings.filter(({ outcome }) => outcome !== "unchanged") ?? [];
  const unchanged = (report?.bindings.length ?? 0) - changing.length;
  const reset = () => preview.reset();
  return (
    <Page title={t("Import and export")} lead={t("All bindings as a file, for a backup or for another server.")}>
      <div className="bk-stack">
        <Paper withBorder component="section" className="bk-section" aria-label={t("Export")}>
          <Title order={2} size="h4">
            {t("Export")}
          </Title>
          <div className="bk-stack">
            <Text>
              {t(
                "The file does not contain secrets. If you import it on the same server, the stored secrets are kept.",
              )}
            </Text>
            <div>
              <Button
                variant="default"
                leftSection={<IconDownload size={16} />}
                loading={saving.isPending}
                onClick={() => saving.mutate()}
              >
                {t("Export all bindings")}
              </Button>
            </div>
          </div>
        </Paper>
        {may("bindings:write") && (
          <Paper withBorder component="section" className="bk-section" aria-label={t("Import")}>
            <Title order={2} size="h4">
              {t("Import")}
            </Title>
            <div className="bk-stack">
              <div className="bk-columns">
                <FileInput
                  label={t("File")}
                  placeholder={t("Choose a file")}
                  description={t("An export of this server or of privacyIDEA: JSON, YAML or Python.")}
                  inputWrapperOrder={["label", "input", "description", "error"]}
                  leftSection={<IconUpload size={16} />}
                  clearable
                  value={file}
                  onChange={(picked) => {
                    setFile(picked);
                    reset();
                  }}
                />
                <Select
                  label={t("If a binding with the same name exists")}
                  allowDeselect={false}
                  data={modes.map(({ value, label }) => ({ value, label: t(label) }))}
                  value={mode}
                  onChange={(picked) => {
                    setMode(picked ?? "merge");
                    reset();
                  }}
                />
              </div>
              <Checkbox
                label={t("Switch all imported bindings off")}
                checked={inactive}
                onChange={({ currentTarget }) => {
                  setInactive(currentTarget.checked);
                  reset();
                }}
              />
              <div className="bk-actions">
                <Button variant="default" disabled={!file} loading={preview.isPending} onClick={() => preview.mutate()}>
                  {t("Show what will change")}
                </Button>
                <Button disabled={!report} loading={apply.isPending} onClick={() => apply.mutate()}>
                  {t("Import")}
                </Button>
              </div>
            </div>
          </Paper>
        )}
        <section aria-label={t("What will change")} aria-live="polite" className="bk-stack">
          {preview.isPending && <Loading />}
          {preview.isError && <Failed error={preview.error} />}
          {report && (
            <>
              <p className="bk-sentence">
                {t("To change: {changing}. To delete: {removed}. Unchanged: {unchanged}.", {
                  changing: changing.length,
                  removed: report.removed.length,
                  unchanged,
                })}
                {report.ignored.length > 0 && ` ${t("Not imported: {names}.", { names: report.ignored.join(", ") })}`}
              </p>
              {report.removed.map(({ id, name }) => (
                <Paper key={`removed ${id}`} withBorder className="bk-explained">
                  <div className="bk-explained-top">
                    <Tag kind="bad">{t("deleted")}</Tag>
                    <strong>{name}</strong>
                  </div>
                </Paper>
              ))}
              {changing
                .slice(0, maxListed)
                .map(({ name, outcome, before, after, problems, changed_secrets: secrets }) => (
                  <Paper key={name} withBorder className="bk-explained" component="article" aria-label={name}>
                    <div className="bk-explained-top">
                      <Tag kind={kinds[outcome] ?? "plain"}>{outcomeText(outcome, t)}</Tag>
                      <strong>{name}</strong>
                    </div>
                    {problems.map(({ message, severity }) => (
                      <p key={message} className={severity === "warning" ? "bk-warning" : "bk-error"}>
                        {message}
                      </p>
                    ))}
                    <Difference fields={differences(before, after)} />
                    {secrets && secrets.length > 0 && (
                      <p className="bk-hint">{t("Secrets that change: {names}", { names: secrets.join(", ") })}</p>
                    )}
                  </Paper>
                ))}
              {changing.length > maxListed && (
                <p className="bk-hint">{t("{count} more are not listed.", { count: changing.length - maxListed })}</p>
              )}
            </>
          )}
        </section>
      </div>
    </Page>
  );
}

function outcomeText(outcome: string, t: (message: Message) => string): string {
  if (outcome === "added" || outcome === "created") return t("added");
  return outcome === "unchanged" ? t("unchanged") : t("changed");
}
