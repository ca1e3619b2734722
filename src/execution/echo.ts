import { GraphQLError } from 'graphql';

/**
 * The error with a message of at most `max` characters. A message may repeat what the client wrote, so its length has
 * no other bound.
 */
export function shortened(error: GraphQLError, max: number): GraphQLError {
  const { message, locations, path, originalError, extensions } = error;
  if (message.length <= max) return error;
  const short = new GraphQLError(`${message.slice(0, max - 1)}…`, {
    path,
    originalError,
    extensions,
  });
  return locations === undefined ? short : Object.assign(short, { locations });
}
