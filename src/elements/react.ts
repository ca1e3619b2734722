'use client';

import { createComponent, type EventName } from '@lit/react';
import * as react from 'react';
import { PeerqlCall as CallElement } from './call.ts';
import { PeerqlChat as ChatElement } from './chat.ts';
import { PeerqlConnectionCheck as CheckElement } from './connection-check.ts';
import { PeerqlControls as ControlsElement } from './controls.ts';
import { PeerqlFiles as FilesElement } from './files.ts';
import { PeerqlIncoming as IncomingElement } from './incoming.ts';
import { PeerqlPeople as PeopleElement } from './people.ts';
import { PeerqlPrejoin as PrejoinElement } from './prejoin.ts';
import { PeerqlPreview as PreviewElement } from './preview.ts';
import { PeerqlStage as StageElement } from './stage.ts';
import { PeerqlTile as TileElement } from './tile.ts';

type Events = HTMLElementEventMap;

/** The name of an event, with its type for the listener. */
const event = <Name extends keyof Events & `peerql-${string}`>(name: Name) =>
  name as string as EventName<Events[Name]>;

const onError = event('peerql-error');
const onLeave = event('peerql-leave');
const onSettings = event('peerql-settings');
const onDeviceProblem = event('peerql-device-problem');

/**
 * A whole call. Its props are the properties of `<peerql-call>`, and its listeners get the element's events.
 *
 * @example
 * <PeerqlCall server="https://calls.example.com" room={roomId} token={token} onLeft={({ detail }) => goHome(detail.end)} />
 */
export const PeerqlCall = createComponent({
  ...{ react, tagName: 'peerql-call', elementClass: CallElement, displayName: 'PeerqlCall' },
  events: {
    ...{ onError, onLeave, onSettings },
    onJoined: event('peerql-joined'),
    onLeft: event('peerql-left'),
    onNotice: event('peerql-notice'),
    onPanelChange: event('peerql-panel-change'),
  },
});

/** The buttons of a call: `<peerql-controls>`. */
export const PeerqlControls = createComponent({
  ...{ react, tagName: 'peerql-controls', elementClass: ControlsElement },
  displayName: 'PeerqlControls',
  events: { onError, onLeave, onSettings, onPanel: event('peerql-panel') },
});

/** The messages of a call: `<peerql-chat>`. */
export const PeerqlChat = createComponent({
  ...{ react, tagName: 'peerql-chat', elementClass: ChatElement, displayName: 'PeerqlChat' },
});

/** A check of the connection: `<peerql-connection-check>`. */
export const PeerqlConnectionCheck = createComponent({
  ...{ react, tagName: 'peerql-connection-check', elementClass: CheckElement },
  displayName: 'PeerqlConnectionCheck',
});

/** The files of a call: `<peerql-files>`. */
export const PeerqlFiles = createComponent({
  ...{ react, tagName: 'peerql-files', elementClass: FilesElement, displayName: 'PeerqlFiles' },
});

/** The people of a call, and what a host can do: `<peerql-people>`. */
export const PeerqlPeople = createComponent({
  ...{ react, tagName: 'peerql-people', elementClass: PeopleElement, displayName: 'PeerqlPeople' },
});

/** What somebody sees before a call: `<peerql-prejoin>`. */
export const PeerqlPrejoin = createComponent({
  ...{ react, tagName: 'peerql-prejoin', elementClass: PrejoinElement },
  displayName: 'PeerqlPrejoin',
  events: {
    onDeviceProblem,
    onJoin: event('peerql-join'),
    onStopWaiting: event('peerql-stop-waiting'),
  },
});

/** One's own picture and devices: `<peerql-preview>`. */
export const PeerqlPreview = createComponent({
  ...{ react, tagName: 'peerql-preview', elementClass: PreviewElement },
  displayName: 'PeerqlPreview',
  events: { onDeviceProblem, onDeviceChanged: event('peerql-device-changed') },
});

/** A call that rings: `<peerql-incoming>`. */
export const PeerqlIncoming = createComponent({
  ...{ react, tagName: 'peerql-incoming', elementClass: IncomingElement },
  displayName: 'PeerqlIncoming',
  events: {
    onDeviceProblem,
    onAnswering: event('peerql-answering'),
    onAnswered: event('peerql-answered'),
    onAnswerFailed: event('peerql-answer-failed'),
    onDeclined: event('peerql-declined'),
  },
});

/** The videos of a call: `<peerql-stage>`. */
export const PeerqlStage = createComponent({
  ...{ react, tagName: 'peerql-stage', elementClass: StageElement, displayName: 'PeerqlStage' },
});

/** The video of one person: `<peerql-tile>`. */
export const PeerqlTile = createComponent({
  ...{ react, tagName: 'peerql-tile', elementClass: TileElement, displayName: 'PeerqlTile' },
});
