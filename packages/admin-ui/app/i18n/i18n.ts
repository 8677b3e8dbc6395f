import { type I18n, setupI18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { createContext, useContext } from "react";
import { visibleTurns } from "../parts/visible-turns.ts";
import type { german } from "./german.ts";

/** Every message of the page in English, which is also its key. The German catalog must contain each. */
export type Message = keyof typeof german;

/** Languages of the page. */
export type Language = "en" | "de";

/** Values of a message's placeholders. */
export type MessageValues = Readonly<Record<string, string | number>>;

/** Translates a message into the language of the page. */
export type Translate = (message: Message, values?: MessageValues) => string;

const storageKey = "bookend-language";

/** Returns the chosen language; if none was chosen, German if the browser prefers it, otherwise English. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(storageKey);
  if (stored === "en" || stored === "de") return stored;
  return navigator.language.toLowerCase().startsWith("de") ? "de" : "en";
}

/** Loads the messages of a language. English needs none, since the keys are its messages. */
export async function loadLanguage(language: Language): Promise<Translation> {
  const messages = language === "de" ? (await import("./german.ts")).german : {};
  const i18n: I18n = setupI18n();
  i18n.setMessagesCompiler(compileOnce);
  // numbers and times follow the browser's region if it belongs to that language
  const region = navigator.languages.find((one) => one.toLowerCase().startsWith(language)) ?? language;
  i18n.loadAndActivate({ locale: language, locales: [region], messages: { ...messages } });
  document.documentElement.lang = language;
  const formats = new Map<string, Intl.DateTimeFormat>();
  return {
    language,
    t: (message, values) => i18n.t(message, values && withVisibleTurns(values)),
    number: (value) => i18n.number(value),
    time(value, options = { dateStyle: "medium", timeStyle: "medium" }) {
      const key = JSON.stringify(options);
      const format = formats.get(key) ?? new Intl.DateTimeFormat(region, options);
      formats.set(key, format);
      const date = new Date(value);
      return Number.isNaN(date.getTime()) ? String(value) : format.format(date);
    },
  };
}

function withVisibleTurns(values: MessageValues): MessageValues {
  const plain = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === "string" ? visibleTurns(value) : value,
  ]);
  return Object.fromEntries(plain);
}

const compiled = new Map<string, ReturnType<typeof compileMessage>>();

/**
 * Compiles a message the first time it is shown. The library itself would compile it each time, which slows down a list
 * of rows.
 */
function compileOnce(message: string): ReturnType<typeof compileMessage> {
  const found = compiled.get(message) ?? compileMessage(message);
  compiled.set(message, found);
  return found;
}

/** Stores the chosen language in the browser. */
export function storeLanguage(language: Language): void {
  localStorage.setItem(storageKey, language);
}

/** A language with its messages and formats. */
export interface Translation {
  readonly language: Language;
  readonly t: Translate;
  number(value: number): string;
  time(value: string | number, options?: Intl.DateTimeFormatOptions): string;
}

/** The language of the page, and how to change it. */
export const TranslationContext = createContext<(Translation & { change(language: Language): void }) | undefined>(
  undefined,
);

/** Returns the language of the page with its messages and formats, and a function that changes the language. */
export function useTranslation(): Translation & { change(language: Language): void } {
  const translation = useContext(TranslationContext);
  if (!translation) throw new Error("useTranslation is used outside TranslationContext.");
  return translation;
}
