import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { AuthProvider } from 'react-oidc-context';
import { App } from './app';
import { session } from './session';

const root = document.getElementById('root');
if (root === null) throw new Error('There is no element with the id "root".');

createRoot(root).render(
  <StrictMode>
    <AuthProvider
      userManager={session}
      onSigninCallback={(user) => history.replaceState({}, '', `/${user?.state ?? ''}`)}
    >
      <App />
    </AuthProvider>
  </StrictMode>,
);
