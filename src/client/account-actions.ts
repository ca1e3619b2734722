import { RequestError, unwrap } from './errors.ts';
import type { AccountFieldsFragment, SessionFieldsFragment } from './generated/graphql.ts';
import {
  ChangePasswordDocument,
  IssueConnectionTokenDocument,
  RequestEmailVerificationDocument,
  RequestPasswordResetDocument,
  ResetPasswordDocument,
  RevokeOtherSessionsDocument,
  RevokeSessionDocument,
  SessionsDocument,
  UpdateProfileDocument,
  VerifyEmailDocument,
} from './generated/operations.ts';
import { type HttpOptions, request } from './http.ts';

/** Signs one WebSocket in, once. */
export interface ConnectionToken {
  /** For `connectionParams: { token }` of one connection. */
  readonly token: string;
  /** When it expires, a minute from now; RFC 3339. */
  readonly expiresAt: string;
}

/** What an account can do besides signing in and out. Each method may be refused with `RATE_LIMITED`. */
export interface AccountActions {
  /** Changes the account's name. The rooms that it is in show the new name at once. Refused: `INVALID_INPUT`. */
  updateProfile(input: { name: string }): Promise<AccountFieldsFragment>;
  /** Sets a new password and ends every other session of the account. Refused: `BAD_CREDENTIALS`, `INVALID_INPUT`. */
  changePassword(input: {
    currentPassword: string;
    newPassword: string;
  }): Promise<AccountFieldsFragment>;
  /**
   * Mails a link for setting a new password, if an account has this email. Refused: `MAIL_UNAVAILABLE`,
   * `INVALID_INPUT`.
   */
  requestPasswordReset(email: string): Promise<void>;
  /**
   * Sets a new password with the token of a mailed link, which works once. Ends every session of the account and
   * signs nobody in. Refused: `TOKEN_INVALID`, `INVALID_INPUT`.
   */
  resetPassword(input: { token: string; newPassword: string }): Promise<AccountFieldsFragment>;
  /**
   * Mails another link that verifies the account's email, unless it is verified already. Refused: `MAIL_UNAVAILABLE`.
   */
  requestEmailVerification(): Promise<void>;
  /**
   * Verifies an email with the token of a mailed link, which works once. It does not tell whose email it is. Refused:
   * `TOKEN_INVALID`.
   */
  verifyEmail(token: string): Promise<void>;
  /** The account's live sessions, newest first. */
  sessions(): Promise<readonly SessionFieldsFragment[]>;
  /** Ends one of the account's sessions, open calls included. Refused: `SESSION_NOT_FOUND`. */
  revokeSession(id: string): Promise<void>;
  /** Ends all other sessions of the account; resolves to their number. */
  revokeOtherSessions(): Promise<number>;
  /** A token for one WebSocket, for where the browser does not send the cookie. */
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
