/** A user as a call names them; whether they exist, the users directory knows. */
export interface UserRef {
  readonly login: string;
  readonly realm: string;
  readonly resolver?: string | undefined;
}
