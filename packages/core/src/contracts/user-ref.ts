/** A user as a call names them; the users directory knows whether they exist. */
export interface UserRef {
  readonly login: string;
  readonly realm: string;
  readonly resolver?: string | undefined;
  /**
   * The id that does not change within the resolver: a row's, the UID of a passwd file, an LDAP `entryUUID`.
   * With `resolver` and `uid`, the reference means that user and nobody else, whatever their login is by now.
   */
  readonly uid?: string | undefined;
}
