
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
      "RateLimitedError",
      "RemovedFromRoomError",
      "RoomFullError",
      "RoomLockedError",
      "RoomNotFoundError",
      "SessionNotFoundError",
      "TokenInvalidError",
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
    "RemoveParticipantResult": [
      "InvalidInputError",
      "NotHostError",
      "NotInRoomError",
      "PeerNotInRoomError",
      "RateLimitedError",
      "RemoveParticipantSuccess"
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
    "UpdateProfileResult": [
      "InvalidInputError",
      "RateLimitedError",
      "UpdateProfileSuccess"
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
    