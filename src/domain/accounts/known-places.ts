/**
 * From which addresses the owner of an account has signed in. What strangers do from elsewhere is counted apart, so
 * that it does not make the owner wait there.
 */
export interface KnownPlaces {
  /** Whether the account of this email was signed in from the address in the last weeks. */
  knows(email: string, address: string): Promise<boolean>;
  /** The account was signed in from the address. */
  remember(email: string, address: string): Promise<void>;
}

/** What attempts on an account are counted by: an account at one of its known addresses is counted for itself. */
export async function countedAs(
  places: KnownPlaces,
  email: string,
  address: string,
): Promise<string> {
  return (await places.knows(email, address)) ? `${email} ${address}` : email;
}
