import { useAuth } from 'react-oidc-context';
import { Calls } from './calls';

export function App() {
  const auth = useAuth();
  if (auth.isLoading) return <p>…</p>;
  if (auth.error) return <p>{auth.error.message}</p>;
  if (!auth.isAuthenticated) {
    // The link of a room is still there after the login.
    const signIn = () => auth.signinRedirect({ state: location.hash });
    return (
      <button type="button" onClick={signIn}>
        Sign in
      </button>
    );
  }
  return (
    <>
      <h1>Hello, {auth.user?.profile.name}</h1>
      <Calls />
    </>
  );
}
