import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CreateRoomDocument,
  LoginDocument,
  LogoutDocument,
  MeDocument,
  RegisterDocument,
  RoomDocument,
  RoomEventsDocument,
  RoomsDocument,
  SendAnswerDocument,
  SendIceCandidatesDocument,
  SendOfferDocument,
  SetMediaDocument,
} from '../../src/client/generated/graphql.ts';
import { EventLog } from './event-log.ts';
import { startServer, type TestServer } from './server.ts';

/** What the flow needs from a GraphQL client. */
export interface FlowClient {
  /** The bearer token to send from now on, over HTTP and in `connectionParams`. */
  token: string | null;
  query<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
  mutate<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
  /** @returns what unsubscribes */
  subscribe<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    observer: { next(data: Data): void; ended(): void },
  ): () => void;
  close(): Promise<void>;
}

export type Delivery = 'COOKIE' | 'BEARER';

const LeaveRoomDocument: TypedDocumentNode<
  { leaveRoom: { __typename: string; roomId?: string } },
  { input: { roomId: string } }
> = parse(`mutation LeaveRoom($input: LeaveRoomInput!) {
  leaveRoom(input: $input) { __typename ... on LeaveRoomSuccess { roomId } }
}`);

const PASSWORD = 'correct horse battery';
let people = 0;

/** Tests a complete first call through the API, with somebody else's GraphQL client. */
export function describeFirstCall(name: string, connect: (server: TestServer) => FlowClient): void {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  async function enter(person: string, delivery: Delivery) {
    people += 1;
    const client = connect(server);
    const email = `${person}-${people}@Example.com`;
    const input = { name: person, email, password: PASSWORD, delivery };
    const { register } = await client.mutate(RegisterDocument, { input });
    if (register.__typename !== 'RegisterSuccess') throw new Error(JSON.stringify(register));
    expect(typeof register.token).toBe(delivery === 'BEARER' ? 'string' : 'object');
    client.token = register.token ?? null;
    expect(register.account.email).toBe(email.toLowerCase());
    const { me } = await client.query(MeDocument, {});
    expect(me).toMatchObject({ id: register.account.id, name: person });
    return { client, email };
  }

  function join(client: FlowClient, roomId: string) {
    const log = new EventLog();
    const stop = client.subscribe(RoomEventsDocument, { roomId, clientKey: 'tab' }, log);
    return { log, stop };
  }

  describe.each<Delivery>(['COOKIE', 'BEARER'])(`${name}, signed in by %s`, (delivery) => {
    test('registers, makes rooms, and turns their pages', async () => {
      const { client } = await enter('Ann', delivery);
      const made: string[] = [];
      for (const room of ['first', 'second', 'third']) {
        const { createRoom } = await client.mutate(CreateRoomDocument, { input: { name: room } });
        if (createRoom.__typename !== 'CreateRoomSuccess') throw new Error('no room');
        made.unshift(createRoom.room.id);
      }
      const { rooms: page } = await client.query(RoomsDocument, { first: 2 });
      expect(page.pageInfo.hasNextPage).toBe(true);
      const after = page.pageInfo.endCursor ?? null;
      const { rooms: rest } = await client.query(RoomsDocument, { first: 2, after });
      expect(rest.pageInfo.hasNextPage).toBe(false);
      expect([...page.edges, ...rest.edges].map(({ node }) => node.id).sort()).toEqual(made.sort());
      await client.close();
    });

    test('two meet, exchange offer, answer and candidates, and one leaves', async () => {
      const { client: ann } = await enter('Ann', delivery);
      const { client: bob } = await enter('Bob', delivery);
      const { createRoom } = await ann.mutate(CreateRoomDocument, { input: { name: 'Tea' } });
      if (createRoom.__typename !== 'CreateRoomSuccess') throw new Error('no room');
      const roomId = createRoom.room.id;

      const { log: annLog } = join(ann, roomId);
      const annSelf = (await annLog.first('RoomSnapshot')).self;
      const { log: bobLog } = join(bob, roomId);
      const snapshot = await bobLog.first('RoomSnapshot');
      const bobSelf = snapshot.self;
      expect(snapshot).toMatchObject({ recovered: false, participants: [annSelf] });
      expect((await annLog.first('ParticipantJoined')).participant).toEqual(bobSelf);
      const { room } = await bob.query(RoomDocument, { id: roomId });
      expect(room).toMatchObject({ name: 'Tea', owner: { name: 'Ann' } });
      expect(room?.participants).toEqual([annSelf, bobSelf]);

      // The participant who joined later is the polite one and sends the first offer.
      const offer = { roomId, to: annSelf.id, sdp: 'v=0 offer' };
      const { sendOffer } = await bob.mutate(SendOfferDocument, { input: offer });
      expect(sendOffer).toMatchObject({ __typename: 'SendOfferSuccess' });
      expect(await annLog.first('OfferReceived')).toMatchObject({
        from: bobSelf.id,
        sdp: offer.sdp,
      });
      const answer = { roomId, to: bobSelf.id, sdp: 'v=0 answer' };
      await ann.mutate(SendAnswerDocument, { input: answer });
      expect(await bobLog.first('AnswerReceived')).toMatchObject({
        from: annSelf.id,
        sdp: answer.sdp,
      });
      const candidates = [{ candidate: 'candidate:1', sdpMid: '0' }, { candidate: '' }];
      await ann.mutate(SendIceCandidatesDocument, {
        input: { roomId, to: bobSelf.id, candidates },
      });
      const received = await bobLog.first('IceCandidatesReceived');
      expect(received.candidates.map(({ candidate }) => candidate)).toEqual(['candidate:1', '']);
      expect(received.candidates[0]).toMatchObject({ sdpMid: '0', sdpMLineIndex: null });

      await ann.mutate(SetMediaDocument, { input: { roomId, audio: true } });
      const updated = await bobLog.first('ParticipantUpdated');
      expect(updated.participant).toMatchObject({
        id: annSelf.id,
        media: { audio: true, video: false },
      });

      const { leaveRoom } = await bob.mutate(LeaveRoomDocument, { input: { roomId } });
      expect(leaveRoom).toMatchObject({ __typename: 'LeaveRoomSuccess', roomId });
      expect(await annLog.first('ParticipantLeft')).toMatchObject({
        participant: { id: bobSelf.id },
        reason: 'LEFT',
      });
      await bobLog.whenEnded();
      const late = await ann.mutate(SendOfferDocument, { input: { ...offer, to: bobSelf.id } });
      expect(late.sendOffer.__typename).toBe('PeerNotInRoomError');
      await Promise.all([ann.close(), bob.close()]);
    });

    test('an unsubscribe is a leave, and a logout ends everything', async () => {
      const { client: ann, email } = await enter('Ann', delivery);
      const { client: bob } = await enter('Bob', delivery);
      const { createRoom } = await ann.mutate(CreateRoomDocument, { input: {} });
      if (createRoom.__typename !== 'CreateRoomSuccess') throw new Error('no room');
      const roomId = createRoom.room.id;
      const { log: annLog } = join(ann, roomId);
      await annLog.first('RoomSnapshot');
      const visit = join(bob, roomId);
      await visit.log.first('RoomSnapshot');
      visit.stop();
      expect(await annLog.first('ParticipantLeft')).toMatchObject({ reason: 'LEFT' });

      const { log: again } = join(bob, roomId);
      await again.first('RoomSnapshot');
      const { logout } = await ann.mutate(LogoutDocument, {});
      expect(logout.__typename).toBe('LogoutSuccess');
      await annLog.whenEnded();
      expect(await again.first('ParticipantLeft')).toMatchObject({ reason: 'SIGNED_OUT' });
      expect((await ann.query(MeDocument, {})).me).toBeNull();

      const wrong = { email, password: 'not this one', delivery };
      const refused = await ann.mutate(LoginDocument, { input: wrong });
      expect(refused.login.__typename).toBe('BadCredentialsError');
      const { login } = await ann.mutate(LoginDocument, {
        input: { email, password: PASSWORD, delivery },
      });
      if (login.__typename !== 'LoginSuccess') throw new Error(JSON.stringify(login));
      ann.token = login.token ?? null;
      expect((await ann.query(MeDocument, {})).me).toMatchObject({ name: 'Ann' });
      await Promise.all([ann.close(), bob.close()]);
    });
  });
}
