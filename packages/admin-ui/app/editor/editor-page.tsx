import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { getBinding } from "../api/bindings.ts";
import { descriptionsQuery } from "../api/describe.ts";
import { useRights } from "../api/rights.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { Page } from "../parts/page.tsx";
import { Denied, Failed, Loading } from "../parts/states.tsx";
import { BindingForm } from "./binding-form.tsx";

/** The form of a stored or a new binding. */
export function EditorPage() {
  const { t } = useTranslation();
  const { id = "new" } = useParams({ strict: false });
  const isNew = id === "new";
  const { event, position } = useSearch({ strict: false });
  const mayAdd = useRights().may("bindings:write");
  const descriptions = useQuery(descriptionsQuery);
  const binding = useQuery({
    queryKey: ["binding", id],
    queryFn: ({ signal }) => getBinding(Number(id), signal),
    enabled: !isNew,
    // the form must not change while the user edits it; saving detects changes by others
    refetchOnWindowFocus: false,
    staleTime: 0,
    gcTime: 0,
  });
  if (isNew && !mayAdd) return <Denied right="bindings:write" />;
  const failure = descriptions.error ?? binding.error;
  const retry = () => {
    if (descriptions.isError) void descriptions.refetch();
    if (binding.isError) void binding.refetch();
  };
  const ready = descriptions.data && (isNew || binding.data);
  if (ready) {
    return (
      <BindingForm
        key={`${id} ${binding.data?.revision ?? ""}`}
        id={id}
        start={{ ...(event !== undefined && { event: [event] }), ...(position && { position }) }}
        binding={binding.data}
        descriptions={descriptions.data}
        reload={() => binding.refetch().then(({ data }) => data)}
      />
    );
  }
  return (
    <Page title={isNew ? t("New binding") : t("Binding {id}", { id })}>
      {failure ? <Failed error={failure} retry={retry} /> : <Loading />}
    </Page>
  );
}
