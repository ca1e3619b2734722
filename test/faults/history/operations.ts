/** What clients ask for, beside the events of a room. */
export const SEND = `mutation ($input: SendOfferInput!) { sendOffer(input: $input) {
  __typename ... on SendOfferSuccess { cursor } ... on Error { message } } }`;
export const SAY = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) {
  __typename ... on SendMessageSuccess { cursor } ... on Error { message } } }`;
export const LEAVE =
  'mutation ($input: LeaveRoomInput!) { leaveRoom(input: $input) { __typename } }';
export const MEDIA = 'mutation ($input: SetMediaInput!) { setMedia(input: $input) { __typename } }';
export const HAND =
  'mutation ($input: RaiseHandInput!) { raiseHand(input: $input) { __typename } }';
export const REMOVE =
  'mutation ($input: RemoveParticipantInput!) { removeParticipant(input: $input) { __typename } }';
export const RENAME =
  'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { __typename } }';
