/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "fragment AdminRoomFields on AdminRoom {\n  id\n  name\n  capacity\n  access\n  allowGuests\n  bannedUserIds\n  createdAt\n  expiresAt\n  owner {\n    id\n    name\n    isGuest\n  }\n  participants {\n    id\n    role\n    connection\n    joinedAt\n    user {\n      id\n      name\n      isGuest\n    }\n  }\n}\n\nquery AdminRooms($first: Int, $after: String) {\n  admin {\n    rooms(first: $first, after: $after) {\n      edges {\n        node {\n          ...AdminRoomFields\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}\n\nquery AdminRoom($id: ID!) {\n  admin {\n    room(id: $id) {\n      ...AdminRoomFields\n    }\n  }\n}\n\nmutation AdminCloseRoom($input: AdminCloseRoomInput!) {\n  admin {\n    closeRoom(input: $input) {\n      __typename\n      ... on AdminCloseRoomSuccess {\n        roomId\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}\n\nmutation AdminRemoveParticipant($input: AdminRemoveParticipantInput!) {\n  admin {\n    removeParticipant(input: $input) {\n      __typename\n      ... on AdminRemoveParticipantSuccess {\n        participantId\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}": typeof types.AdminRoomFieldsFragmentDoc,
    "mutation AdminUpsertUser($input: AdminUpsertUserInput!) {\n  admin {\n    upsertUser(input: $input) {\n      __typename\n      ... on AdminUpsertUserSuccess {\n        user {\n          id\n          name\n          isGuest\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}\n\nmutation AdminEndSessions($input: AdminEndSessionsInput!) {\n  admin {\n    endSessions(input: $input) {\n      __typename\n      ... on AdminEndSessionsSuccess {\n        ended\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}\n\nmutation AdminDeleteUser($input: AdminDeleteUserInput!) {\n  admin {\n    deleteUser(input: $input) {\n      __typename\n      ... on AdminDeleteUserSuccess {\n        userId\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}": typeof types.AdminUpsertUserDocument,
};
const documents: Documents = {
    "fragment AdminRoomFields on AdminRoom {\n  id\n  name\n  capacity\n  access\n  allowGuests\n  bannedUserIds\n  createdAt\n  expiresAt\n  owner {\n    id\n    name\n    isGuest\n  }\n  participants {\n    id\n    role\n    connection\n    joinedAt\n    user {\n      id\n      name\n      isGuest\n    }\n  }\n}\n\nquery AdminRooms($first: Int, $after: String) {\n  admin {\n    rooms(first: $first, after: $after) {\n      edges {\n        node {\n          ...AdminRoomFields\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}\n\nquery AdminRoom($id: ID!) {\n  admin {\n    room(id: $id) {\n      ...AdminRoomFields\n    }\n  }\n}\n\nmutation AdminCloseRoom($input: AdminCloseRoomInput!) {\n  admin {\n    closeRoom(input: $input) {\n      __typename\n      ... on AdminCloseRoomSuccess {\n        roomId\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}\n\nmutation AdminRemoveParticipant($input: AdminRemoveParticipantInput!) {\n  admin {\n    removeParticipant(input: $input) {\n      __typename\n      ... on AdminRemoveParticipantSuccess {\n        participantId\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}": types.AdminRoomFieldsFragmentDoc,
    "mutation AdminUpsertUser($input: AdminUpsertUserInput!) {\n  admin {\n    upsertUser(input: $input) {\n      __typename\n      ... on AdminUpsertUserSuccess {\n        user {\n          id\n          name\n          isGuest\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}\n\nmutation AdminEndSessions($input: AdminEndSessionsInput!) {\n  admin {\n    endSessions(input: $input) {\n      __typename\n      ... on AdminEndSessionsSuccess {\n        ended\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}\n\nmutation AdminDeleteUser($input: AdminDeleteUserInput!) {\n  admin {\n    deleteUser(input: $input) {\n      __typename\n      ... on AdminDeleteUserSuccess {\n        userId\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}": types.AdminUpsertUserDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment AdminRoomFields on AdminRoom {\n  id\n  name\n  capacity\n  access\n  allowGuests\n  bannedUserIds\n  createdAt\n  expiresAt\n  owner {\n    id\n    name\n    isGuest\n  }\n  participants {\n    id\n    role\n    connection\n    joinedAt\n    user {\n      id\n      name\n      isGuest\n    }\n  }\n}\n\nquery AdminRooms($first: Int, $after: String) {\n  admin {\n    rooms(first: $first, after: $after) {\n      edges {\n        node {\n          ...AdminRoomFields\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}\n\nquery AdminRoom($id: ID!) {\n  admin {\n    room(id: $id) {\n      ...AdminRoomFields\n    }\n  }\n}\n\nmutation AdminCloseRoom($input: AdminCloseRoomInput!) {\n  admin {\n    closeRoom(input: $input) {\n      __typename\n      ... on AdminCloseRoomSuccess {\n        roomId\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}\n\nmutation AdminRemoveParticipant($input: AdminRemoveParticipantInput!) {\n  admin {\n    removeParticipant(input: $input) {\n      __typename\n      ... on AdminRemoveParticipantSuccess {\n        participantId\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').AdminRoomFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation AdminUpsertUser($input: AdminUpsertUserInput!) {\n  admin {\n    upsertUser(input: $input) {\n      __typename\n      ... on AdminUpsertUserSuccess {\n        user {\n          id\n          name\n          isGuest\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}\n\nmutation AdminEndSessions($input: AdminEndSessionsInput!) {\n  admin {\n    endSessions(input: $input) {\n      __typename\n      ... on AdminEndSessionsSuccess {\n        ended\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}\n\nmutation AdminDeleteUser($input: AdminDeleteUserInput!) {\n  admin {\n    deleteUser(input: $input) {\n      __typename\n      ... on AdminDeleteUserSuccess {\n        userId\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').AdminUpsertUserDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
