
      export interface PossibleTypesResultData {
        possibleTypes: {
          [key: string]: string[]
        }
      }
      const result: PossibleTypesResultData = {
  "possibleTypes": {
    "AcceptCallResult": [
      "AcceptCallSuccess",
      "AnsweredElsewhereError",
      "CallEndedError",
      "InvalidInputError",
      "RateLimitedError"
    ],
    "AccountEvent": [
      "AccountSnapshot",
      "CallEnded",
      "CallRinging",
      "CallUpdated",
      "CallsSeen",
      "ContactUpdated",
      "PresenceChanged",
      "SessionExpiring"
    ],
    "AdminCloseRoomResult": [
      "AdminCloseRoomSuccess",
      "InvalidInputError",
      "RateLimitedError",
      "RoomNotFoundError"
    ],
    "AdminDeleteUserResult": [
      "AdminDeleteUserSuccess",
      "InvalidInputError",
      "RateLimitedError"
    ],
    "AdminEndSessionsResult": [
      "AdminEndSessionsSuccess",
      "InvalidInputError",
      "RateLimitedError"
    ],
    "AdminRemoveParticipantResult": [
      "AdminRemoveParticipantSuccess",
      "InvalidInputError",
      "PeerNotInRoomError",
      "RateLimitedError",
      "RoomNotFoundError"
    ],
    "AdminUpsertUserResult": [
      "AdminUpsertUserSuccess",
      "InvalidInputError",
      "RateLimitedError"
    ],
    "AdmitParticipantResult": [
      "AdmitParticipantSuccess",
      "InvalidInputError",
      "KnockNotFoundError",
      "NotHostError",
      "NotInRoomError",
      "RateLimitedError"
    ],
    "AnswerContactResult": [
      "AnswerContactSuccess",
      "ContactNotFoundError",
      "InvalidInputError",
      "RateLimitedError",
      "TooManyContactsError"
    ],
    "BlockUserResult": [
      "BlockUserSuccess",
      "InvalidInputError",
      "RateLimitedError",
      "TooManyContactsError"
    ],
    "CancelCallResult": [
      "CallAnsweredError",
      "CallEndedError",
      "CancelCallSuccess",
      "InvalidInputError",
      "RateLimitedError"
    ],
    "ChangePasswordResult": [
      "BadCredentialsError",
      "ChangePasswordSuccess",
      "InvalidInputError",
      "RateLimitedError"
    ],
    "CloseRoomResult": [
      "CloseRoomSuccess",
      "InvalidInputError",
      "NotOwnerError",
      "RateLimitedError",
      "RoomNotFoundError"
    ],
    "CreateRoomResult": [
      "CreateRoomSuccess",
      "InvalidInputError",
      "RateLimitedError"
    ],
    "DeclineCallResult": [
      "AnsweredElsewhereError",
      "CallEndedError",
      "DeclineCallSuccess",
      "InvalidInputError",
      "RateLimitedError"
    ],
    "DeclinePushedCallResult": [
      "AnsweredElsewhereError",
      "CallEndedError",
      "DeclinePushedCallSuccess",
      "InvalidInputError",
      "RateLimitedError",
      "TokenInvalidError"
    ],
    "DeleteAccountResult": [
      "BadCredentialsError",
      "DeleteAccountSuccess",
      "InvalidInputError",
      "RateLimitedError"
    ],
    "DenyParticipantResult": [
      "DenyParticipantSuccess",
      "InvalidInputError",
      "KnockNotFoundError",
      "NotHostError",
      "NotInRoomError",
      "RateLimitedError"
    ],
    "EnterAsGuestResult": [
      "EnterAsGuestSuccess",
      "GuestsNotAllowedError",
      "InvalidInputError",
      "RateLimitedError",
      "RoomLockedError",
      "RoomNotFoundError"
    ],
    "Error": [
      "AlreadyInCallError",
      "AlreadyInRoomError",
      "AnsweredElsewhereError",
      "BadCredentialsError",
      "CallAnsweredError",
      "CallEndedError",
      "ContactNotFoundError",
      "EmailTakenError",
      "GuestsNotAllowedError",
      "InvalidInputError",
      "KnockDeniedError",
      "KnockNotFoundError",
      "MailUnavailableError",
      "NotHostError",
      "NotInRoomError",
      "NotOwnerError",
      "PeerNotInRoomError",
      "PushUnavailableError",
      "RateLimitedError",
      "RemovedFromRoomError",
      "RoomFullError",
      "RoomLockedError",
      "RoomNotFoundError",
      "SessionNotFoundError",
      "TokenInvalidError",
      "TooManyContactsError",
      "UserNotFoundError"
    ],
    "ExchangeTokenResult": [
      "ExchangeTokenSuccess",
      "InvalidInputError",
      "RateLimitedError",
      "TokenInvalidError"
    ],
    "IssueConnectionTokenResult": [
      "InvalidInputError",
      "IssueConnectionTokenSuccess",
      "RateLimitedError"
    ],
    "JoinError": [
      "AlreadyInRoomError",
      "GuestsNotAllowedError",
      "KnockDeniedError",
      "RateLimitedError",
      "RemovedFromRoomError",
      "RoomFullError",
      "RoomLockedError",
      "RoomNotFoundError"
    ],
    "LeaveRoomResult": [
      "InvalidInputError",
      "LeaveRoomSuccess",
      "NotInRoomError",
      "RateLimitedError"
    ],
    "LoginResult": [
      "BadCredentialsError",
      "InvalidInputError",
      "LoginSuccess",
      "RateLimitedError"
    ],
    "LogoutResult": [
      "InvalidInputError",
      "LogoutSuccess",
      "RateLimitedError"
    ],
    "MarkCallsSeenResult": [
      "InvalidInputError",
      "MarkCallsSeenSuccess",
      "RateLimitedError"
    ],
    "MuteParticipantResult": [
      "InvalidInputError",
      "MuteParticipantSuccess",
      "NotHostError",
      "NotInRoomError",
      "PeerNotInRoomError",
      "RateLimitedError"
    ],
    "RaiseHandResult": [
      "InvalidInputError",
      "NotInRoomError",
      "RaiseHandSuccess",
      "RateLimitedError"
    ],
    "ReauthenticateResult": [
      "InvalidInputError",
      "RateLimitedError",
      "ReauthenticateSuccess",
      "TokenInvalidError"
    ],
    "RegisterResult": [
      "EmailTakenError",
      "InvalidInputError",
      "RateLimitedError",
      "RegisterSuccess"
    ],
    "RemoveContactResult": [
      "InvalidInputError",
      "RateLimitedError",
      "RemoveContactSuccess"
    ],
    "RemoveParticipantResult": [
      "InvalidInputError",
      "NotHostError",
      "NotInRoomError",
      "PeerNotInRoomError",
      "RateLimitedError",
      "RemoveParticipantSuccess"
    ],
    "RemovePushSubscriptionResult": [
      "InvalidInputError",
      "RateLimitedError",
      "RemovePushSubscriptionSuccess"
    ],
    "RequestContactResult": [
      "InvalidInputError",
      "RateLimitedError",
      "RequestContactSuccess",
      "TooManyContactsError",
      "UserNotFoundError"
    ],
    "RequestEmailVerificationResult": [
      "InvalidInputError",
      "MailUnavailableError",
      "RateLimitedError",
      "RequestEmailVerificationSuccess"
    ],
    "RequestPasswordResetResult": [
      "InvalidInputError",
      "MailUnavailableError",
      "RateLimitedError",
      "RequestPasswordResetSuccess"
    ],
    "ResetPasswordResult": [
      "InvalidInputError",
      "RateLimitedError",
      "ResetPasswordSuccess",
      "TokenInvalidError"
    ],
    "RevokeOtherSessionsResult": [
      "InvalidInputError",
      "RateLimitedError",
      "RevokeOtherSessionsSuccess"
    ],
    "RevokeSessionResult": [
      "InvalidInputError",
      "RateLimitedError",
      "RevokeSessionSuccess",
      "SessionNotFoundError"
    ],
    "RingResult": [
      "AlreadyInCallError",
      "InvalidInputError",
      "RateLimitedError",
      "RingSuccess",
      "RoomNotFoundError",
      "UserNotFoundError"
    ],
    "RoomEvent": [
      "AnswerReceived",
      "IceCandidatesReceived",
      "IceServersRefreshed",
      "JoinRefused",
      "KnockAnswered",
      "KnockEnded",
      "KnockPending",
      "KnockReceived",
      "MessageReceived",
      "MuteRequested",
      "OfferReceived",
      "ParticipantJoined",
      "ParticipantLeft",
      "ParticipantUpdated",
      "RoomClosed",
      "RoomSnapshot",
      "RoomUpdated",
      "SessionExpiring"
    ],
    "SavePushSubscriptionResult": [
      "InvalidInputError",
      "PushUnavailableError",
      "RateLimitedError",
      "SavePushSubscriptionSuccess"
    ],
    "SendAnswerResult": [
      "InvalidInputError",
      "NotInRoomError",
      "PeerNotInRoomError",
      "RateLimitedError",
      "SendAnswerSuccess"
    ],
    "SendIceCandidatesResult": [
      "InvalidInputError",
      "NotInRoomError",
      "PeerNotInRoomError",
      "RateLimitedError",
      "SendIceCandidatesSuccess"
    ],
    "SendMessageResult": [
      "InvalidInputError",
      "NotInRoomError",
      "PeerNotInRoomError",
      "RateLimitedError",
      "SendMessageSuccess"
    ],
    "SendOfferResult": [
      "InvalidInputError",
      "NotInRoomError",
      "PeerNotInRoomError",
      "RateLimitedError",
      "SendOfferSuccess"
    ],
    "SetMediaResult": [
      "InvalidInputError",
      "NotInRoomError",
      "RateLimitedError",
      "SetMediaSuccess"
    ],
    "UnbanFromRoomResult": [
      "InvalidInputError",
      "NotOwnerError",
      "RateLimitedError",
      "RoomNotFoundError",
      "UnbanFromRoomSuccess"
    ],
    "UnblockUserResult": [
      "InvalidInputError",
      "RateLimitedError",
      "UnblockUserSuccess"
    ],
    "UpdateProfileResult": [
      "InvalidInputError",
      "RateLimitedError",
      "UpdateProfileSuccess"
    ],
    "UpdateReachabilityResult": [
      "InvalidInputError",
      "RateLimitedError",
      "UpdateReachabilitySuccess"
    ],
    "UpdateRoomResult": [
      "InvalidInputError",
      "NotOwnerError",
      "RateLimitedError",
      "RoomNotFoundError",
      "UpdateRoomSuccess"
    ],
    "VerifyEmailResult": [
      "InvalidInputError",
      "RateLimitedError",
      "TokenInvalidError",
      "VerifyEmailSuccess"
    ]
  }
};
      export default result;
    