FROM node:24.11.0-bookworm-slim AS base
WORKDIR /app
COPY package.json package-lock.json ./

FROM base AS build
RUN npm ci --include=dev --no-audit --no-fund
COPY . .
RUN node_modules/.bin/node node_modules/vite/bin/vite.js build

FROM base AS packages
RUN npm ci --omit=dev --no-audit --no-fund

FROM base
# The Node of package-lock.json goes before the image's own.
ENV NODE_ENV=production PATH=/app/node_modules/.bin:$PATH
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY shared shared
COPY server server
COPY workers workers
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 4600
ENTRYPOINT ["node"]
CMD ["server/main.ts"]
