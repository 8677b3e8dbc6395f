import { Alert, Button, Paper, PasswordInput, TextInput, Title } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { config } from "../config.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { signIn } from "../session.ts";
import { Logo } from "./logo.tsx";
import { Preferences } from "./preferences.tsx";

/** Signs users in on a host that issues tokens. */
export function LoginPage() {
  const { t } = useTranslation();
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const asksRealm = config.login.type === "token" && config.login.realm === true;
  useEffect(() => {
    document.title = `${t("Sign in")} · ${config.title}`;
  }, [t]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? "");
    const realm = field("realm");
    setBusy(true);
    signIn({ username: field("username"), password: field("password"), ...(realm !== "" && { realm }) })
      .catch((error: unknown) => setFailure(error instanceof Error ? error.message : String(error)))
      .finally(() => setBusy(false));
  };
  return (
    <main className="bk-login">
      <Paper className="bk-login-card" withBorder shadow="sm">
        <div className="bk-login-brand">
          <Logo size={40} />
          <Title order={1} size="h2">
            {config.title}
          </Title>
        </div>
        <form onSubmit={submit} className="bk-stack">
          {failure !== undefined && (
            <Alert color="red" role="alert" title={t("Signing in failed")}>
              {failure}
            </Alert>
          )}
          <TextInput
            label={t("User name")}
            name="username"
            autoComplete="username"
            required
            autoFocus
            withAsterisk={false}
          />
          <PasswordInput
            label={t("Password")}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ "aria-label": t("Show the password") }}
          />
          {asksRealm && <TextInput label={t("Realm")} name="realm" />}
          <Button type="submit" loading={busy} size="md" fullWidth>
            {t("Sign in")}
          </Button>
        </form>
      </Paper>
      <Preferences />
    </main>
  );
}
