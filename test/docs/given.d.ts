// What the snippets of the documentation take as given: things of the reader's own application, and objects that an
// earlier snippet of the same page has made. A snippet that declares such a name itself uses its own.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type {
  ApolloClient,
  HttpLink as ApolloHttpLink,
  DocumentNode,
  OperationVariables,
} from '@apollo/client';
import type * as sdk from '@peerql/client';
import type { Request, Response } from 'express';
import type { Client as Socket } from 'graphql-ws';
import type * as peerql from 'peerql';
// The tags of the elements.
import type {} from '../../src/elements/all.ts';

interface Member {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}
type Handle = (request: Request & { readonly user: Member }, response: Response) => unknown;

declare global {
  // The SDK, imported by an earlier snippet, and what it has made.
  const createClient: typeof sdk.createClient;
  const LocalMedia: typeof sdk.LocalMedia;
  const openedCall: typeof sdk.openedCall;
  const client: sdk.Client & Pick<ApolloClient, 'subscribe'>;
  const call: sdk.Call;
  const stream: MediaStream;

  // The reader's page.
  const roomId: string;
  function togglePanel(panel: string): void;
  const userId: string;
  const email: string;
  const password: string;
  const button: HTMLButtonElement;
  const cancelButton: HTMLButtonElement;
  const mirror: HTMLVideoElement;
  function render(shown: unknown): void;
  function showRinging(caller: string, buttons?: Readonly<Record<string, () => unknown>>): void;
  function hideRinging(callId: string, reason: string): void;
  function showLegs(legs: sdk.RingingCall['snapshot']['legs']): void;
  function showWhy(code: string): void;
  function answer(callId: string): void;
  function show(what: string | number): void;
  const id: string;
  const participantId: string;
  const position: ArrayBuffer;
  const file: File;
  const link: HTMLAnchorElement;
  const signal: AbortSignal;
  function onProgress(progress: { readonly bytes: number; readonly totalBytes: number }): void;
  function save(file: unknown): void;
  const pushKey: string;

  // The reader's front end with Apollo Client.
  const ROOM_EVENTS: DocumentNode;
  const variables: OperationVariables;
  const HttpLink: typeof ApolloHttpLink;

  // The reader's own server: Express, or Fastify where `register` is used.
  const app: {
    register(plugin: unknown, options: object): void;
    use(path: string, handle: (request: Request, response: Response) => unknown): void;
    get(path: string, ...handles: readonly Handle[]): void;
  };
  const server: Server;
  const proxy: unknown;
  const createHandler: typeof peerql.createHandler;
  const readConfig: typeof peerql.readConfig;
  const requireLogin: Handle;
  const user: Member;
  const apiSecret: string;
  function yours(request: IncomingMessage, response: ServerResponse): void;
  function userOfSession(cookie: string | undefined): Promise<Member | null>;

  // What other snippets of the same page make.
  const socket: Socket;
  const handlers: Readonly<Record<string, (event: object) => void>>;
  function joinRoom(socket: Socket, roomId: string, media: object, on: typeof handlers): () => void;
  const snapshot: { readonly self: { readonly joinOrder: number } };
  const other: { readonly joinOrder: number };

  // Libraries of other makers, which are not installed here.
  function getAccessTokenSilently(options: object): Promise<string>;
  const keycloak: { updateToken(seconds: number): Promise<boolean>; readonly token: string };

  namespace NodeJS {
    interface ProcessEnv {
      readonly ADMIN_TOKEN: string;
      readonly WEBHOOK_SECRET: string;
    }
  }
}
