import { useApolloClient } from '@apollo/client/react';
import {
  RoomEventsDocument,
  SendAnswerDocument,
  SendIceCandidatesDocument,
  SendOfferDocument,
} from '@peerql/client/documents';
import { useEffect, useState } from 'react';
import { type Person, RoomPeers } from '../../shared/room-peers.ts';

/** Stays in a room while the component is mounted, and returns the other participants. */
export function useRoom(
  roomId: string,
  media: MediaStream,
): { people: Person[]; end: string | null } {
  const client = useApolloClient();
  const [people, setPeople] = useState<Person[]>([]);
  const [end, setEnd] = useState<string | null>(null);

  useEffect(() => {
    const fetchPolicy = 'no-cache';
    const signalId = () => crypto.randomUUID();
    const peers = new RoomPeers(
      media,
      {
        offer: (to, sdp) =>
          client.mutate({
            mutation: SendOfferDocument,
            variables: { input: { roomId, to, sdp, signalId: signalId() } },
            fetchPolicy,
          }),
        answer: (to, sdp) =>
          client.mutate({
            mutation: SendAnswerDocument,
            variables: { input: { roomId, to, sdp, signalId: signalId() } },
            fetchPolicy,
          }),
        candidates: (to, candidates) =>
          client.mutate({
            mutation: SendIceCandidatesDocument,
            variables: { input: { roomId, to, candidates, signalId: signalId() } },
            fetchPolicy,
          }),
      },
      setPeople,
    );
    const subscription = client
      .subscribe({
        query: RoomEventsDocument,
        variables: {
          roomId,
          // Identifies this stay, so that the client gets it back after a lost connection.
          clientKey: crypto.randomUUID(),
          takeOver: true,
          media: { audio: true, video: true },
        },
        fetchPolicy,
      })
      .subscribe({
        next: ({ data }) => {
          const event = data?.roomEvents;
          if (event === undefined) return;
          if (event.__typename === 'JoinRefused') setEnd(event.error.message);
          else peers.receive(event);
        },
        error: (error) => setEnd(String(error)),
        complete: () => setEnd((known) => known ?? 'The call is over.'),
      });
    return () => {
      subscription.unsubscribe();
      peers.close();
    };
  }, [client, roomId, media]);

  return { people, end };
}
