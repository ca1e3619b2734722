/** Where the API is, for HTTP and for WebSocket. */
export const GRAPHQL_PATH = '/graphql';
