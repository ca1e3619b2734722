/** Where a PeerQL of its own is, such as http://localhost:5000, started with PATH_PREFIX=/calls; none: it is in server.js. */
const apart = process.env.PEERQL_URL;

export default {
  // PeerQL's page is at /calls/, with the slash.
  skipTrailingSlashRedirect: true,
  rewrites: async () =>
    apart
      ? [
          { source: '/calls/', destination: `${apart}/calls/` },
          { source: '/calls/:path*', destination: `${apart}/calls/:path*` },
        ]
      : [],
};
