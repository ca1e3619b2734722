import { Provider } from 'oidc-provider';

/** The users of the application. The provider's development page accepts any password. */
const users = { ann: 'Ann', bob: 'Bob' };

const app = process.env.APP_URL ?? 'http://localhost:5173';
const port = Number(process.env.LOGIN_PORT ?? 4000);

/** Access tokens that PeerQL can read, with the name that others see. */
const forPeerql = {
  features: {
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ audience: 'calls', scope: 'call', accessTokenFormat: 'jwt' }),
    },
  },
  extraTokenClaims: (_ctx, { accountId }) => ({ name: users[accountId] }),
};

const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    {
      client_id: 'app',
      token_endpoint_auth_method: 'none',
      redirect_uris: [`${app}/`],
      grant_types: ['authorization_code', 'refresh_token'],
    },
  ],
  clientBasedCORS: (_ctx, origin) => origin === app,
  claims: { openid: ['sub'], profile: ['name'] },
  conformIdTokenClaims: false,
  issueRefreshToken: () => true,
  findAccount: (_ctx, id) =>
    id in users ? { accountId: id, claims: () => ({ sub: id, name: users[id] }) } : undefined,
  ttl: { AccessToken: 300, Grant: 86_400, IdToken: 3600, Interaction: 3600, Session: 86_400 },
  ...forPeerql,
});

provider.listen(port, () => console.log(`The login is at http://localhost:${port}`));
