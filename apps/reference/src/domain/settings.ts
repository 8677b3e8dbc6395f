/**
 * System-wide settings by name; values are text.
 *
 * - `email.identifier`, `sms.identifier`: mail server or gateway of tokens that name none.
 * - `email.subject`, `email.text`, `sms.text`: what is sent; `{otp}` and `{serial}` are replaced.
 * - `splitAtSign`: `False` keeps `user@realm` whole.
 * - `challenge_response`: token types, separated by blanks or commas, that open a challenge on their PIN alone.
 */
export interface SettingsService {
  get(key: string): Promise<string | undefined>;
  all(): Promise<Readonly<Record<string, string>>>;
  set(key: string, value: string): Promise<void>;
  /** False when there was none. */
  delete(key: string): Promise<boolean>;
}
