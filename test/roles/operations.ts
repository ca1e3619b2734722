import { ROLES, type Role, type Scene } from './scene.ts';

/** What one operation answers to everybody. */
export interface Row {
  /** The type of the answer, what stands for it, or the code of the error. */
  readonly expected: Readonly<Record<Role, string>>;
  /** Its arguments beside none. */
  readonly args?: (scene: Scene) => Readonly<Record<string, unknown>>;
  /** Whether it changes who is what, so that it needs a room of its own. */
  readonly changes?: boolean;
  /** Whether it ends the session that it is called through, so that it needs one of its own. */
  readonly endsSession?: boolean;
}

const NOBODY = 'UNAUTHENTICATED';

/** In the order of {@link ROLES}: host, member, guest, waiting, banned, outsider, signed out. */
function expected(...answers: readonly [string, string, string, string, string, string, string]) {
  return Object.fromEntries(ROLES.map((role, index) => [role, answers[index] ?? ''])) as Record<
    Role,
    string
  >;
}

/** All are answered alike, signed in or not. */
const everybody = (answer: string) =>
  expected(answer, answer, answer, answer, answer, answer, answer);
/** Whoever is signed in, but not necessarily with an account. */
const signedIn = (answer: string, guest = answer) =>
  expected(answer, answer, guest, answer, answer, answer, NOBODY);
const owner = (answer: string) =>
  expected(
    answer,
    ...([
      'NotOwnerError',
      'NotOwnerError',
      'NotOwnerError',
      'NotOwnerError',
      'NotOwnerError',
    ] as const),
    NOBODY,
  );
const inside = (answer: string) =>
  expected(
    ...([answer, answer, answer] as const),
    ...(['NotInRoomError', 'NotInRoomError', 'NotInRoomError'] as const),
    NOBODY,
  );
const actingHost = (answer: string) =>
  expected(
    ...([answer, 'NotHostError', 'NotHostError'] as const),
    ...(['NotInRoomError', 'NotInRoomError', 'NotInRoomError'] as const),
    NOBODY,
  );

const withInput = (input: (scene: Scene) => Record<string, unknown>) => (scene: Scene) => ({
  input: input(scene),
});
const inRoom = (input: Record<string, unknown> = {}) =>
  withInput(({ roomId }) => ({ roomId, ...input }));
const toTarget = (input: Record<string, unknown>) =>
  withInput((scene) => ({ roomId: scene.roomId, to: scene.participant('target').id, ...input }));
const onTarget = withInput((scene) => ({
  roomId: scene.roomId,
  participantId: scene.participant('target').id,
}));
const onKnock = withInput(({ roomId, knockId }) => ({ roomId, knockId }));

let people = 0;
const newEmail = () => {
  people += 1;
  return `somebody-${process.pid}-${people}@example.com`;
};

/** Every operation of the schema. */
export const OPERATIONS: Readonly<Record<string, Row>> = {
  me: { expected: expected(...signedInSix('Account'), 'null') },
  room: {
    args: ({ roomId }) => ({ id: roomId }),
    expected: expected(
      ...(['Room of 4', 'Room of 4', 'Room of 4'] as const),
      ...(['Room of 0', 'Room of 0', 'Room of 0'] as const),
      NOBODY,
    ),
  },
  // What a link tells is told to whoever has it.
  invitation: { args: ({ roomId }) => ({ roomId }), expected: everybody('Invitation') },
  rooms: { expected: signedIn('RoomConnection') },
  contacts: { expected: signedIn('ContactConnection') },
  calls: { expected: signedIn('CallConnection') },
  reachability: { expected: signedIn('Reachability', 'FORBIDDEN') },
  // The key is for everybody’s browser.
  pushKey: { expected: everybody('a text') },
  // The token of a push message stands for its session.
  pushedCall: { args: () => ({ token: 'forged' }), expected: everybody('null') },
  // The query and the mutation: nobody’s role in a room makes an administrator.
  admin: { expected: everybody('FORBIDDEN') },
  iceServers: {
    args: ({ roomId }) => ({ roomId }),
    expected: expected(
      ...(['IceServers', 'IceServers', 'IceServers', 'IceServers'] as const),
      ...(['NOT_IN_ROOM', 'NOT_IN_ROOM'] as const),
      NOBODY,
    ),
  },

  roomEvents: {
    changes: true,
    args: ({ roomId }) => ({ roomId, clientKey: 'another' }),
    expected: expected(
      'JoinRefused AlreadyInRoomError',
      'JoinRefused AlreadyInRoomError',
      'JoinRefused AlreadyInRoomError',
      'KnockPending',
      'JoinRefused RemovedFromRoomError',
      'KnockPending',
      NOBODY,
    ),
  },

  register: {
    args: withInput(() => ({
      name: 'Somebody',
      email: newEmail(),
      password: 'correct horse battery',
      delivery: 'BEARER',
    })),
    expected: everybody('RegisterSuccess'),
  },
  login: {
    args: withInput(({ people: { target } }) => ({
      email: target.email,
      password: target.password,
      delivery: 'BEARER',
    })),
    expected: everybody('LoginSuccess'),
  },
  enterAsGuest: {
    args: inRoom({ name: 'Somebody', delivery: 'BEARER' }),
    expected: everybody('EnterAsGuestSuccess'),
  },
  verifyEmail: {
    args: withInput(() => ({ token: 'nonsense' })),
    expected: everybody('TokenInvalidError'),
  },
  requestPasswordReset: {
    args: withInput(() => ({ email: newEmail() })),
    expected: everybody('RequestPasswordResetSuccess'),
  },
  resetPassword: {
    args: withInput(() => ({ token: 'nonsense', newPassword: 'correct horse battery' })),
    expected: everybody('TokenInvalidError'),
  },

  exchangeToken: {
    args: withInput(() => ({ token: 'nonsense', delivery: 'BEARER' })),
    expected: everybody('TokenInvalidError'),
  },
  reauthenticate: {
    args: withInput(() => ({ token: 'nonsense' })),
    expected: signedIn('TokenInvalidError'),
  },

  logout: { endsSession: true, expected: signedIn('LogoutSuccess') },
  updateProfile: {
    args: withInput(() => ({ name: 'Renamed' })),
    expected: signedIn('UpdateProfileSuccess'),
  },
  changePassword: {
    args: withInput(() => ({ currentPassword: 'wrong', newPassword: 'correct horse battery 2' })),
    expected: signedIn('BadCredentialsError'),
  },
  deleteAccount: {
    // A guest has no password to prove.
    changes: true,
    args: withInput(() => ({ password: 'wrong' })),
    expected: signedIn('BadCredentialsError', 'DeleteAccountSuccess'),
  },
  revokeSession: {
    args: withInput(() => ({ id: 'none' })),
    expected: signedIn('SessionNotFoundError'),
  },
  revokeOtherSessions: { expected: signedIn('RevokeOtherSessionsSuccess') },
  issueConnectionToken: { expected: signedIn('IssueConnectionTokenSuccess') },
  requestEmailVerification: {
    expected: signedIn('RequestEmailVerificationSuccess'),
  },

  createRoom: {
    args: withInput(() => ({ name: 'Another' })),
    expected: signedIn('CreateRoomSuccess', 'FORBIDDEN'),
  },
  updateRoom: { args: inRoom({ name: 'Renamed' }), expected: owner('UpdateRoomSuccess') },
  closeRoom: { changes: true, args: inRoom(), expected: owner('CloseRoomSuccess') },

  requestContact: {
    args: withInput(() => ({ email: newEmail() })),
    expected: signedIn('RequestContactSuccess', 'FORBIDDEN'),
  },
  answerContact: {
    args: withInput(() => ({ userId: 'nobody', accepted: true })),
    expected: signedIn('ContactNotFoundError', 'FORBIDDEN'),
  },
  removeContact: {
    args: withInput(() => ({ userId: 'nobody' })),
    expected: signedIn('RemoveContactSuccess', 'FORBIDDEN'),
  },
  blockUser: {
    args: withInput(() => ({ userId: 'nobody' })),
    expected: signedIn('BlockUserSuccess', 'FORBIDDEN'),
  },
  unblockUser: {
    args: withInput(() => ({ userId: 'nobody' })),
    expected: signedIn('UnblockUserSuccess', 'FORBIDDEN'),
  },
  markCallsSeen: {
    args: withInput(() => ({ until: '2026-01-31T12:00:00.000Z' })),
    expected: signedIn('MarkCallsSeenSuccess', 'FORBIDDEN'),
  },
  updateReachability: {
    args: withInput(() => ({ showPresence: true })),
    expected: signedIn('UpdateReachabilitySuccess', 'FORBIDDEN'),
  },
  savePushSubscription: {
    args: withInput(() => ({ endpoint: 'http://example.com', p256dh: '', auth: '' })),
    expected: signedIn('InvalidInputError', 'FORBIDDEN'),
  },
  removePushSubscription: {
    args: withInput(() => ({ endpoint: 'https://example.com' })),
    expected: signedIn('RemovePushSubscriptionSuccess'),
  },

  leaveRoom: { changes: true, args: inRoom(), expected: inside('LeaveRoomSuccess') },
  setMedia: { args: inRoom({ audio: true }), expected: inside('SetMediaSuccess') },
  raiseHand: { args: inRoom({ raised: true }), expected: inside('RaiseHandSuccess') },
  sendMessage: { args: inRoom({ text: 'Hello' }), expected: inside('SendMessageSuccess') },
  sendOffer: { args: toTarget({ sdp: 'v=0' }), expected: inside('SendOfferSuccess') },
  sendAnswer: { args: toTarget({ sdp: 'v=0' }), expected: inside('SendAnswerSuccess') },
  sendIceCandidates: {
    args: toTarget({ candidates: [{ candidate: '' }] }),
    expected: inside('SendIceCandidatesSuccess'),
  },

  accountEvents: {
    args: () => ({ clientKey: 'a device' }),
    expected: signedIn('AccountSnapshot', 'FORBIDDEN'),
  },
  ring: {
    args: withInput(() => ({ userIds: ['nobody'] })),
    expected: signedIn('UserNotFoundError', 'FORBIDDEN'),
  },
  acceptCall: {
    args: withInput(() => ({ callId: 'none', clientKey: 'a device' })),
    expected: signedIn('CallEndedError', 'FORBIDDEN'),
  },
  declineCall: {
    args: withInput(() => ({ callId: 'none' })),
    expected: signedIn('CallEndedError', 'FORBIDDEN'),
  },
  declinePushedCall: {
    args: withInput(() => ({ token: 'forged' })),
    expected: everybody('TokenInvalidError'),
  },
  cancelCall: {
    args: withInput(() => ({ callId: 'none' })),
    expected: signedIn('CallEndedError', 'FORBIDDEN'),
  },

  muteParticipant: { args: onTarget, expected: actingHost('MuteParticipantSuccess') },
  removeParticipant: {
    changes: true,
    args: onTarget,
    expected: actingHost('RemoveParticipantSuccess'),
  },
  admitParticipant: {
    changes: true,
    args: onKnock,
    expected: actingHost('AdmitParticipantSuccess'),
  },
  denyParticipant: {
    changes: true,
    args: onKnock,
    expected: actingHost('DenyParticipantSuccess'),
  },
  unbanFromRoom: {
    changes: true,
    args: withInput(({ roomId }) => ({ roomId, userId: 'nobody' })),
    expected: owner('UnbanFromRoomSuccess'),
  },
};

function signedInSix(answer: string) {
  return [answer, answer, answer, answer, answer, answer] as const;
}
