import { ApolloProvider } from '@apollo/client/react';
import { createRoot } from 'react-dom/client';
import '../../shared/style.css';
import { App } from './app.tsx';
import { client } from './client.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
createRoot(root).render(
  <ApolloProvider client={client}>
    <App />
  </ApolloProvider>,
);
