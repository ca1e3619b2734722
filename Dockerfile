# One PeerQL node. docs/deploying.md says how to run one with TLS, and a cluster.
# Both bases can be replaced: .ci/image tests this file with bases that it makes from Debian and npm packages.
ARG NODE_IMAGE=docker.io/library/node:24-trixie-slim
ARG DEBIAN_IMAGE=docker.io/library/debian:trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts scripts
COPY src src
# Without what only a debugger or a compiler reads.
RUN npm run build \
    && rm -rf dist/client dist/.tsbuildinfo \
    && find dist \( -name '*.map' -o -name '*.d.ts' \) -delete \
    && chmod 755 dist/main.js

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --no-audit --no-fund \
    && find node_modules \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete

# Debian and Node without npm, which nothing here needs.
FROM ${DEBIAN_IMAGE}
ENV NODE_ENV=production \
    DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /usr/local/bin/node /usr/local/bin/node
# /data is open to group 0 too: some platforms start containers with a user of their choice, in that group.
RUN install -d -o 1000 -g 0 -m 770 /data \
    && ln -s /app/dist/main.js /usr/local/bin/peerql
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY --from=build /app/dist dist
USER 1000:0
EXPOSE 5000
# Only liveness. A load balancer asks /health/ready whether the node should get traffic.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 5000}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1, so SIGTERM reaches it: it drains and exits within SHUTDOWN_SECONDS and a few more.
# Garbage is collected on the main thread: see docs/deploying.md.
CMD ["node", "--single-threaded-gc", "dist/main.js"]
