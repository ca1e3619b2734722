import { UserManager } from 'oidc-client-ts';

/** Who is signed in to the application. */
export const session = new UserManager({
  authority: import.meta.env.VITE_LOGIN_URL ?? 'http://localhost:4000',
  client_id: 'app',
  redirect_uri: `${location.origin}/`,
  scope: 'openid profile call',
  // What the access token is for: PeerQL.
  resource: 'urn:calls',
});
