'use client';

import { createClient } from '@peerql/client';
import { PeerqlProvider, useAccount } from '@peerql/client/react';

const client = createClient({ url: '/calls/graphql' });

export function Welcome() {
  return (
    <PeerqlProvider client={client}>
      <Greeting />
    </PeerqlProvider>
  );
}

function Greeting() {
  const { state, account } = useAccount();
  if (state === 'signedIn') return <p>Hello {account.name}.</p>;
  return state === 'loading' ? <p>…</p> : <a href="/calls/">Sign in</a>;
}
