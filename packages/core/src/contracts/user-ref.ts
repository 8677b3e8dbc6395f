/** A user as named by a call; the user may not exist. */
export interface UserRef {
  readonly login: string;
  readonly realm: string;
  readonly resolver?: string | undefined;
  /**
   * The id that does not change within the resolver: the id of a row, the UID in a passwd file, an LDAP `entryUUID`.
   * With `resolver` and `uid`, the reference means exactly that user, whatever their current login.
   */
  readonly uid?: string | undefined;
}
