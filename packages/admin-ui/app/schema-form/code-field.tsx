import { autocompletion, type CompletionContext, completionKeymap, completionStatus } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { html } from "@codemirror/lang-html";
import { json } from "@codemirror/lang-json";
import { defaultHighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { linter } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderOf } from "@codemirror/view";
import { Input } from "@mantine/core";
import { type ReactNode, useEffect, useId, useRef } from "react";
import type { TagDescription } from "../api/describe.ts";
import { nonce } from "../config.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { unknownTags } from "./unknown-tags.ts";

/** A field with several lines and completion of tags. */
export function CodeField({
  label,
  required,
  disabled,
  help,
  error,
  value,
  placeholder = "",
  tags,
  language,
  onChange,
}: {
  label: string;
  required: boolean;
  disabled: boolean;
  help: ReactNode;
  error: string | undefined;
  value: string;
  placeholder?: string | undefined;
  tags?: readonly TagDescription[];
  language: "text" | "html" | "json";
  onChange(value: string): void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef({ onChange, tags, value, t });
  latest.current = { onChange, tags, value, t };
  const parts = useRef({ language: new Compartment(), access: new Compartment(), lint: new Compartment() });

  useEffect(() => {
    if (!parent.current) return;
    const complete = (context: CompletionContext) => {
      const { tags: known } = latest.current;
      const word = context.matchBefore(/\{[\w.]*$/);
      if (!known || !word || (word.from === word.to && !context.explicit)) return null;
      return {
        from: word.from + 1,
        options: known.map(({ name, description, path }) => ({
          label: name,
          detail: description,
          apply: path ? name : `${name}}`,
          type: "variable",
        })),
        validFor: /^[\w.]*$/,
      };
    };
    const editor = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          EditorView.cspNonce.of(nonce),
          history(),
          EditorView.lineWrapping,
          syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
          autocompletion({ override: [complete], icons: false }),
          // Tab leaves the editor, so that keyboard users are not trapped in it
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          placeholderOf(placeholder),
          parts.current.language.of([]),
          parts.current.access.of([]),
          parts.current.lint.of([]),
          EditorView.contentAttributes.of({
            "aria-labelledby": `${id}-label`,
            "aria-describedby": `${id}-help`,
            "aria-multiline": "true",
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
          // if the list of completions is open, Escape closes only that, and not a dialog around the field
          EditorView.domEventHandlers({
            keydown(event, current) {
              if (event.key === "Escape" && completionStatus(current.state) !== null) event.stopPropagation();
            },
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [id, placeholder]);

  useEffect(() => {
    const editor = view.current;
    const mode = language === "html" ? html({ autoCloseTags: false }) : language === "json" ? json() : [];
    editor?.dispatch({ effects: parts.current.language.reconfigure(mode) });
  }, [language]);
  useEffect(() => {
    view.current?.dispatch({
      effects: parts.current.access.reconfigure([EditorState.readOnly.of(disabled), EditorView.editable.of(!disabled)]),
    });
  }, [disabled]);
  useEffect(() => {
    const marks = linter(
      (editor) =>
        latest.current.tags
          ? unknownTags(editor.state.doc.toString(), latest.current.tags).map(({ from, to, name }) => ({
              from,
              to,
              severity: "warning" as const,
              message: latest.current.t("The tag {name} does not exist.", { name: `{${name}}` }),
            }))
          : [],
      { delay: 250 },
    );
    view.current?.dispatch({ effects: parts.current.lint.reconfigure(tags ? marks : []) });
  }, [tags]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  return (
    <Input.Wrapper
      label={label}
      required={required}
      labelElement="div"
      labelProps={{ id: `${id}-label`, onClick: () => view.current?.focus() }}
      description={help}
      descriptionProps={{ id: `${id}-help` }}
      error={error}
      inputWrapperOrder={["label", "input", "description", "error"]}
    >
      <div ref={parent} className="bk-code" data-error={error !== undefined || undefined} />
      {tags && !disabled && <small className="bk-hint">{t("Type '{' to insert a tag.")}</small>}
    </Input.Wrapper>
  );
}
