/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Which room ends. */
export type AdminCloseRoomInput = {
  /** The room’s id. */
  readonly roomId: string;
};

/** Whose account is deleted. */
export type AdminDeleteUserInput = {
  /** One of `TRUSTED_ISSUERS`, an id of `API_KEYS`, or `host`. */
  readonly issuer: string;
  /** The person’s id at that issuer: `sub` in its tokens. */
  readonly subject: string;
};

/** Whose sessions end. */
export type AdminEndSessionsInput = {
  /** One of `TRUSTED_ISSUERS`, an id of `API_KEYS`, or `host`. */
  readonly issuer: string;
  /** The person’s id at that issuer: `sub` in its tokens. */
  readonly subject: string;
};

/** Who has to leave. */
export type AdminRemoveParticipantInput = {
  /** Whether to ban that user from the room for good. */
  readonly ban?: boolean;
  /** The participant. */
  readonly participantId: string;
  /** The room. */
  readonly roomId: string;
};

/** A person whom an outside issuer vouches for. */
export type AdminUpsertUserInput = {
  /** Shown only to its owner; no account is found by it. */
  readonly email?: string | null | undefined;
  /** One of `TRUSTED_ISSUERS`, an id of `API_KEYS`, or `host`. */
  readonly issuer: string;
  /** The name that others see. */
  readonly name: string;
  /** The URL of a picture, https://. */
  readonly picture?: string | null | undefined;
  /** The person’s id at that issuer: `sub` in its tokens. */
  readonly subject: string;
};

/** Whether a participant can be reached right now. */
export type ConnectionState =
  /** Its subscription is open. */
  | 'CONNECTED'
  /** Its connection was lost. Signals to it are kept; after the grace (30 s by default) it leaves. */
  | 'RECONNECTING';

/** What a participant may do. */
export type ParticipantRole =
  /** Moderates now: admits, removes, asks to mute. Exactly one participant is host: the owner while in the room; otherwise somebody whose session grants HOST; otherwise, as a rule, the account that joined first. */
  | 'HOST'
  /** Everybody else. */
  | 'MEMBER';

/** Who may join a room. The owner always may; a banned user never may. */
export type RoomAccess =
  /** Everybody whom the host admits, one by one. */
  | 'KNOCK'
  /** Nobody else may join. */
  | 'LOCKED'
  /** Everybody who is signed in and has its id. */
  | 'OPEN';

export type AdminRoomFieldsFragment = { readonly id: string, readonly name: string | null, readonly capacity: number, readonly access: RoomAccess, readonly allowGuests: boolean, readonly bannedUserIds: ReadonlyArray<string>, readonly createdAt: string, readonly expiresAt: string, readonly owner: { readonly id: string, readonly name: string, readonly isGuest: boolean }, readonly participants: ReadonlyArray<{ readonly id: string, readonly role: ParticipantRole, readonly connection: ConnectionState, readonly joinedAt: string, readonly user: { readonly id: string, readonly name: string, readonly isGuest: boolean } }> };

export type AdminRoomsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AdminRoomsQuery = { readonly admin: { readonly rooms: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string | null, readonly capacity: number, readonly access: RoomAccess, readonly allowGuests: boolean, readonly bannedUserIds: ReadonlyArray<string>, readonly createdAt: string, readonly expiresAt: string, readonly owner: { readonly id: string, readonly name: string, readonly isGuest: boolean }, readonly participants: ReadonlyArray<{ readonly id: string, readonly role: ParticipantRole, readonly connection: ConnectionState, readonly joinedAt: string, readonly user: { readonly id: string, readonly name: string, readonly isGuest: boolean } }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } };

export type AdminRoomQueryVariables = Exact<{
  id: string;
}>;


export type AdminRoomQuery = { readonly admin: { readonly room: { readonly id: string, readonly name: string | null, readonly capacity: number, readonly access: RoomAccess, readonly allowGuests: boolean, readonly bannedUserIds: ReadonlyArray<string>, readonly createdAt: string, readonly expiresAt: string, readonly owner: { readonly id: string, readonly name: string, readonly isGuest: boolean }, readonly participants: ReadonlyArray<{ readonly id: string, readonly role: ParticipantRole, readonly connection: ConnectionState, readonly joinedAt: string, readonly user: { readonly id: string, readonly name: string, readonly isGuest: boolean } }> } | null } };

export type AdminCloseRoomMutationVariables = Exact<{
  input: AdminCloseRoomInput;
}>;


export type AdminCloseRoomMutation = { readonly admin: { readonly closeRoom:
      | { readonly __typename: 'AdminCloseRoomSuccess', readonly roomId: string }
      | { readonly __typename: 'InvalidInputError', readonly message: string }
      | { readonly __typename: 'RateLimitedError', readonly message: string }
      | { readonly __typename: 'RoomNotFoundError', readonly message: string }
     } };

export type AdminRemoveParticipantMutationVariables = Exact<{
  input: AdminRemoveParticipantInput;
}>;


export type AdminRemoveParticipantMutation = { readonly admin: { readonly removeParticipant:
      | { readonly __typename: 'AdminRemoveParticipantSuccess', readonly participantId: string }
      | { readonly __typename: 'InvalidInputError', readonly message: string }
      | { readonly __typename: 'PeerNotInRoomError', readonly message: string }
      | { readonly __typename: 'RateLimitedError', readonly message: string }
      | { readonly __typename: 'RoomNotFoundError', readonly message: string }
     } };

export type AdminUpsertUserMutationVariables = Exact<{
  input: AdminUpsertUserInput;
}>;


export type AdminUpsertUserMutation = { readonly admin: { readonly upsertUser:
      | { readonly __typename: 'AdminUpsertUserSuccess', readonly user: { readonly id: string, readonly name: string, readonly isGuest: boolean } }
      | { readonly __typename: 'InvalidInputError', readonly message: string }
      | { readonly __typename: 'RateLimitedError', readonly message: string }
     } };

export type AdminEndSessionsMutationVariables = Exact<{
  input: AdminEndSessionsInput;
}>;


export type AdminEndSessionsMutation = { readonly admin: { readonly endSessions:
      | { readonly __typename: 'AdminEndSessionsSuccess', readonly ended: number }
      | { readonly __typename: 'InvalidInputError', readonly message: string }
      | { readonly __typename: 'RateLimitedError', readonly message: string }
     } };

export type AdminDeleteUserMutationVariables = Exact<{
  input: AdminDeleteUserInput;
}>;


export type AdminDeleteUserMutation = { readonly admin: { readonly deleteUser:
      | { readonly __typename: 'AdminDeleteUserSuccess', readonly userId: string | null }
      | { readonly __typename: 'InvalidInputError', readonly message: string }
      | { readonly __typename: 'RateLimitedError', readonly message: string }
     } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const AdminRoomFieldsFragmentDoc = new TypedDocumentString(`
    fragment AdminRoomFields on AdminRoom {
  id
  name
  capacity
  access
  allowGuests
  bannedUserIds
  createdAt
  expiresAt
  owner {
    id
    name
    isGuest
  }
  participants {
    id
    role
    connection
    joinedAt
    user {
      id
      name
      isGuest
    }
  }
}
    `, {"fragmentName":"AdminRoomFields"}) as unknown as TypedDocumentString<AdminRoomFieldsFragment, unknown>;
export const AdminRoomsDocument = new TypedDocumentString(`
    query AdminRooms($first: Int, $after: String) {
  admin {
    rooms(first: $first, after: $after) {
      edges {
        node {
          ...AdminRoomFields
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment AdminRoomFields on AdminRoom {
  id
  name
  capacity
  access
  allowGuests
  bannedUserIds
  createdAt
  expiresAt
  owner {
    id
    name
    isGuest
  }
  participants {
    id
    role
    connection
    joinedAt
    user {
      id
      name
      isGuest
    }
  }
}`) as unknown as TypedDocumentString<AdminRoomsQuery, AdminRoomsQueryVariables>;
export const AdminRoomDocument = new TypedDocumentString(`
    query AdminRoom($id: ID!) {
  admin {
    room(id: $id) {
      ...AdminRoomFields
    }
  }
}
    fragment AdminRoomFields on AdminRoom {
  id
  name
  capacity
  access
  allowGuests
  bannedUserIds
  createdAt
  expiresAt
  owner {
    id
    name
    isGuest
  }
  participants {
    id
    role
    connection
    joinedAt
    user {
      id
      name
      isGuest
    }
  }
}`) as unknown as TypedDocumentString<AdminRoomQuery, AdminRoomQueryVariables>;
export const AdminCloseRoomDocument = new TypedDocumentString(`
    mutation AdminCloseRoom($input: AdminCloseRoomInput!) {
  admin {
    closeRoom(input: $input) {
      __typename
      ... on AdminCloseRoomSuccess {
        roomId
      }
      ... on Error {
        message
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AdminCloseRoomMutation, AdminCloseRoomMutationVariables>;
export const AdminRemoveParticipantDocument = new TypedDocumentString(`
    mutation AdminRemoveParticipant($input: AdminRemoveParticipantInput!) {
  admin {
    removeParticipant(input: $input) {
      __typename
      ... on AdminRemoveParticipantSuccess {
        participantId
      }
      ... on Error {
        message
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AdminRemoveParticipantMutation, AdminRemoveParticipantMutationVariables>;
export const AdminUpsertUserDocument = new TypedDocumentString(`
    mutation AdminUpsertUser($input: AdminUpsertUserInput!) {
  admin {
    upsertUser(input: $input) {
      __typename
      ... on AdminUpsertUserSuccess {
        user {
          id
          name
          isGuest
        }
      }
      ... on Error {
        message
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AdminUpsertUserMutation, AdminUpsertUserMutationVariables>;
export const AdminEndSessionsDocument = new TypedDocumentString(`
    mutation AdminEndSessions($input: AdminEndSessionsInput!) {
  admin {
    endSessions(input: $input) {
      __typename
      ... on AdminEndSessionsSuccess {
        ended
      }
      ... on Error {
        message
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AdminEndSessionsMutation, AdminEndSessionsMutationVariables>;
export const AdminDeleteUserDocument = new TypedDocumentString(`
    mutation AdminDeleteUser($input: AdminDeleteUserInput!) {
  admin {
    deleteUser(input: $input) {
      __typename
      ... on AdminDeleteUserSuccess {
        userId
      }
      ... on Error {
        message
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AdminDeleteUserMutation, AdminDeleteUserMutationVariables>;