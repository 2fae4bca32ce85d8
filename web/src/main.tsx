import './tokens.css';
import './base.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The next refresh is the retry, and the page says at once when it has nothing to show.
      retry: false,
      // A Darkroom on this machine is there without a network too.
      networkMode: 'always',
      gcTime: Infinity,
    },
  },
});

const root = document.querySelector('#root');
if (root === null) throw new Error('index.html has no element #root.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
