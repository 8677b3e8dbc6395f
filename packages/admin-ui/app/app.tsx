import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState, useSyncExternalStore } from "react";
import { queryClient } from "./api/query-client.ts";
import { nonce } from "./config.ts";
import { loadLanguage, storeLanguage, type Translation, TranslationContext } from "./i18n/i18n.ts";
import { Notices } from "./parts/notices.tsx";
import { router } from "./router.tsx";
import { session } from "./session.ts";
import { LoginPage } from "./shell/login-page.tsx";
import { cssVariables, theme } from "./theme.ts";

/** The whole application. */
export function App({ translation: initial }: { translation: Translation }) {
  const [translation, setTranslation] = useState(initial);
  const signedIn = useSyncExternalStore(session.subscribe, session.signedIn);
  const value = {
    ...translation,
    change(language: Translation["language"]) {
      storeLanguage(language);
      loadLanguage(language).then(setTranslation, () => undefined);
    },
  };
  return (
    <TranslationContext value={value}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={queryClient}>
          <Notices>{signedIn ? <RouterProvider router={router} /> : <LoginPage />}</Notices>
        </QueryClientProvider>
      </MantineProvider>
    </TranslationContext>
  );
}
