# One PeerQL node. Start as many as you like with the same REDIS_URL, MONGO_URI and JWT_SECRET: see compose.yaml.
FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY src src
RUN npm run build

FROM node:20-slim
ENV NODE_ENV=production \
    DATA_DIR=/data
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund \
    && npm cache clean --force \
    && install -d -o 1000 -g 1000 /data
COPY --from=build /app/dist dist
USER 1000:1000
EXPOSE 5000
# Only liveness. A load balancer asks /health/ready whether the node should get traffic.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 5000}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1, so SIGTERM reaches it: it drains and exits within SHUTDOWN_SECONDS and a few more.
# Garbage is collected on the main thread: see docs/deploying.md.
CMD ["node", "--single-threaded-gc", "dist/main.js"]
