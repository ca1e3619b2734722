import { createRoot } from 'react-dom/client';
import { Provider } from 'urql';
import '../../shared/style.css';
import { App } from './app.tsx';
import { client } from './client.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
createRoot(root).render(
  <Provider value={client}>
    <App />
  </Provider>,
);
