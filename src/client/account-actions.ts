import { RequestError, unwrap } from './errors.ts';
import {
  type AccountFieldsFragment,
  ChangePasswordDocument,
  IssueConnectionTokenDocument,
  RequestEmailVerificationDocument,
  RequestPasswordResetDocument,
  ResetPasswordDocument,
  RevokeOtherSessionsDocument,
  RevokeSessionDocument,
  type SessionFieldsFragment,
  SessionsDocument,
  UpdateProfileDocument,
  VerifyEmailDocument,
} from './generated/graphql.ts';
import { type HttpOptions, request } from './http.ts';

/** Signs one WebSocket in, once. */
export interface ConnectionToken {
  /** For `connectionParams: { token }` of one connection. */
  readonly token: string;
  /** Until when it can be used: a minute from now, RFC 3339. */
  readonly expiresAt: string;
}

/** What an account can do beside signing in and out. Any of it may be refused with `RATE_LIMITED`. */
export interface AccountActions {
  /** Changes the name that others see, from the next join on. Refused: `INVALID_INPUT`. */
  updateProfile(input: { name: string }): Promise<AccountFieldsFragment>;
  /** Ends every other session of the account, too. Refused: `BAD_CREDENTIALS`, `INVALID_INPUT`. */
  changePassword(input: {
    currentPassword: string;
    newPassword: string;
  }): Promise<AccountFieldsFragment>;
  /** Mails a link for a new password if there is such an account. Refused: `MAIL_UNAVAILABLE`, `INVALID_INPUT`. */
  requestPasswordReset(email: string): Promise<void>;
  /**
   * Sets a new password with the token of a mailed link, which works once. Ends every session of the account and
   * signs nobody in. Refused: `TOKEN_INVALID`, `INVALID_INPUT`.
   */
  resetPassword(input: { token: string; newPassword: string }): Promise<AccountFieldsFragment>;
  /** Mails another link that verifies one's email, unless it is verified. Refused: `MAIL_UNAVAILABLE`. */
  requestEmailVerification(): Promise<void>;
  /** Verifies an email with the token of a mailed link, which works once; whose it is is not told. Refused: `TOKEN_INVALID`. */
  verifyEmail(token: string): Promise<void>;
  /** One's live sessions, newest first. */
  sessions(): Promise<readonly SessionFieldsFragment[]>;
  /** Ends one of one's sessions everywhere, open calls included. Refused: `SESSION_NOT_FOUND`. */
  revokeSession(id: string): Promise<void>;
  /** Ends all of one's sessions but this one; resolves to how many they were. */
  revokeOtherSessions(): Promise<number>;
  /** A token for one WebSocket to which the cookie does not go. */
  issueConnectionToken(): Promise<ConnectionToken>;
}

export function accountActions(http: HttpOptions): AccountActions {
  return {
    async updateProfile(input) {
      return unwrap((await request(http, UpdateProfileDocument, { input })).updateProfile).account;
    },
    async changePassword(input) {
      return unwrap((await request(http, ChangePasswordDocument, { input })).changePassword)
        .account;
    },
    async requestPasswordReset(email) {
      const data = await request(http, RequestPasswordResetDocument, { input: { email } });
      unwrap(data.requestPasswordReset);
    },
    async resetPassword(input) {
      return unwrap((await request(http, ResetPasswordDocument, { input })).resetPassword).account;
    },
    async requestEmailVerification() {
      const data = await request(http, RequestEmailVerificationDocument, {});
      unwrap(data.requestEmailVerification);
    },
    async verifyEmail(token) {
      const data = await request(http, VerifyEmailDocument, { input: { token } });
      unwrap(data.verifyEmail);
    },
    async sessions() {
      const { me } = await request(http, SessionsDocument, {});
      if (me === null) throw new RequestError('UNAUTHENTICATED', 'Nobody is signed in.');
      return me.sessions;
    },
    async revokeSession(id) {
      unwrap((await request(http, RevokeSessionDocument, { input: { id } })).revokeSession);
    },
    async revokeOtherSessions() {
      const data = await request(http, RevokeOtherSessionsDocument, {});
      return unwrap(data.revokeOtherSessions).revoked;
    },
    async issueConnectionToken() {
      const data = await request(http, IssueConnectionTokenDocument, {});
      const { token, expiresAt } = unwrap(data.issueConnectionToken);
      return { token, expiresAt };
    },
  };
}
