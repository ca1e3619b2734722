import type { Call } from '@peerql/client';
import type { JSX } from 'solid-js';

type CallElement = JSX.HTMLAttributes<HTMLElement> & { 'prop:call': Call | null };

declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements {
      'peerql-stage': CallElement;
      'peerql-controls': CallElement;
    }
  }
}
