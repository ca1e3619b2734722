import { expect, it } from 'vitest';
import {
  InvalidInputError,
  PeerqlError,
  RateLimitedError,
  RefusedError,
  RoomFullError,
  refusal,
  requestError,
  unwrap,
} from '../../src/client/errors.ts';

it('names the code of a refusal after its type', () => {
  const codes = [
    'RoomNotFoundError',
    'AlreadyInRoomError',
    'PeerNotInRoomError',
    'NotHostError',
    'NotOwnerError',
  ].map((__typename) => refusal({ __typename, message: 'no' }).code);
  expect(codes).toEqual([
    'ROOM_NOT_FOUND',
    'ALREADY_IN_ROOM',
    'PEER_NOT_IN_ROOM',
    'NOT_HOST',
    'NOT_OWNER',
  ]);
});

it('has classes for refusals that say more', () => {
  const issues = [{ path: 'name', message: 'is too short' }];
  const invalid = refusal({ __typename: 'InvalidInputError', message: 'no', issues });
  expect(invalid).toBeInstanceOf(InvalidInputError);
  expect(invalid).toMatchObject({ code: 'INVALID_INPUT', issues });
  const limited = refusal({ __typename: 'RateLimitedError', message: 'no', retryAfter: 3 });
  expect(limited).toBeInstanceOf(RateLimitedError);
  expect(limited).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 3 });
  const full = refusal({ __typename: 'RoomFullError', message: 'no', capacity: 8 });
  expect(full).toBeInstanceOf(RoomFullError);
  expect(full).toMatchObject({ code: 'ROOM_FULL', capacity: 8, name: 'RoomFullError' });
  for (const error of [invalid, limited, full]) {
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toBeInstanceOf(PeerqlError);
  }
});

it('takes the success out of an answer and throws everything else', () => {
  const success = { __typename: 'LoginSuccess' as const, token: 't' };
  expect(unwrap(success)).toBe(success);
  const failure = { __typename: 'BadCredentialsError' as const, message: 'wrong' };
  expect(() => unwrap(failure)).toThrow(
    expect.objectContaining({ code: 'BAD_CREDENTIALS', message: 'wrong' }),
  );
});

it('reads code and request id of an error without a type, where there are any', () => {
  const extensions = { code: 'UNAUTHENTICATED', requestId: 'r-1' };
  expect(requestError([{ message: 'no', extensions }])).toMatchObject({
    code: 'UNAUTHENTICATED',
    requestId: 'r-1',
  });
  expect(requestError([{ message: 'Syntax Error' }])).toMatchObject({
    code: 'BAD_REQUEST',
    message: 'Syntax Error',
    requestId: null,
  });
  expect(
    requestError([{ message: 'slow', extensions: { code: 'RATE_LIMITED', retryAfter: 4 } }]),
  ).toMatchObject({ name: 'RateLimitedError', retryAfter: 4 });
});
