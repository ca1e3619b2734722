/**
 * The URL of a separate PeerQL server with PATH_PREFIX=/calls, such as http://localhost:5000. Without it, PeerQL runs
 * in server.js.
 */
const apart = process.env.PEERQL_URL;

export default {
  // PeerQL's page is at /calls/, with a slash at the end.
  skipTrailingSlashRedirect: true,
  rewrites: async () =>
    apart
      ? [
          { source: '/calls/', destination: `${apart}/calls/` },
          { source: '/calls/:path*', destination: `${apart}/calls/:path*` },
        ]
      : [],
};
