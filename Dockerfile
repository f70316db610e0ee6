# Worker and inbox of Perdure, by command: `up --no-inbox`, `up --no-worker`. The Temporal SDK needs glibc, so no Alpine.

FROM node:20.20.2-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build \
  && npm pack --ignore-scripts --pack-destination /tmp \
  && mkdir /app && cd /app \
  && npm init -y > /dev/null \
  && npm install --no-audit --no-fund --omit=dev /tmp/perdure-*.tgz $(node /build/deploy/peers.mjs)

FROM node:20.20.2-bookworm-slim
# The SDK takes the certificates that it trusts from the system.
RUN apt-get update \
  && apt-get install -qy --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node /var/lib/perdure /etc/perdure
COPY --from=build /app /app
ENV NODE_ENV=production \
  PATH=/app/node_modules/.bin:$PATH \
  PERDURE_HOME=/var/lib/perdure
USER node
WORKDIR /etc/perdure
ENTRYPOINT ["perdure"]
CMD ["up", "--no-inbox"]
