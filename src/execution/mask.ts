import { randomUUID } from 'node:crypto';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { DomainError, InvalidInputError, UnavailableError } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';

/**
 * Makes errors safe to show to clients. Expected errors of the domain keep their message and code. Unexpected ones are
 * masked; they get a request id that is in the log, too.
 *
 * @param requestId the request's; over a WebSocket there is none, and each masked error gets its own id
 */
export function maskErrors(
  result: ExecutionResult,
  log: Logger,
  requestId?: string,
): ExecutionResult {
  if (result.errors === undefined) return result;
  return { ...result, errors: result.errors.map((error) => maskError(error, log, requestId)) };
}

/** The answer if an operation could not begin; it is masked as any other error. */
export function failed(error: unknown, log: Logger, requestId?: string): ExecutionResult {
  const originalError = error instanceof Error ? error : new Error(String(error));
  const graphqlError = new GraphQLError(originalError.message, { originalError });
  const masked = maskError(graphqlError, log, requestId);
  masked.extensions.http = { status: error instanceof UnavailableError ? 503 : 500 };
  return { errors: [masked] };
}

function maskError(
  error: GraphQLError,
  log: Logger,
  requestId: string = randomUUID(),
): GraphQLError {
  const { originalError } = error;
  // GraphQL itself raised it, about the document or its variables. The caller may see it.
  if (!originalError || originalError instanceof GraphQLError) return error;
  if (originalError instanceof DomainError) {
    return inPlaceOf(error, originalError.message, {
      code: originalError.code,
      ...(originalError instanceof InvalidInputError && { issues: originalError.issues }),
    });
  }
  log.error({ requestId, err: originalError, path: error.path?.join('.') }, 'An operation failed');
  const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId };
  return inPlaceOf(error, 'Something went wrong on the server.', extensions);
}

function inPlaceOf(error: GraphQLError, message: string, extensions: object): GraphQLError {
  const masked = new GraphQLError(message, {
    path: error.path,
    extensions: { ...extensions },
  });
  // Errors of the compiler have only locations, but the constructor finds them only from nodes.
  return error.locations ? Object.assign(masked, { locations: error.locations }) : masked;
}
