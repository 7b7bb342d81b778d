# The worker: PowerShell 7.6 and Node 20. Build: docker compose build worker

# Packages that run, without those for development.
FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

# Microsoft ships PowerShell in its .NET SDK images now and no longer renews mcr.microsoft.com/powershell
# (https://learn.microsoft.com/powershell/scripting/install/powershell-in-docker). The SDK 10 brings PowerShell 7.6.
FROM mcr.microsoft.com/dotnet/sdk:10.0.400-noble
RUN apt-get update \
    && apt-get install -y --no-install-recommends openssh-client \
    && rm -rf /var/lib/apt/lists/*
COPY --from=packages /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY bin ./bin
COPY cli ./cli
COPY lab ./lab
COPY workers ./workers
COPY activities ./activities
COPY workflows ./workflows
COPY runbooks ./runbooks
COPY model ./model
COPY config /etc/fettle
ENV NODE_ENV=production \
    FETTLE_CONFIG=/etc/fettle \
    FETTLE_PWSH=/usr/bin/pwsh \
    FETTLE_CACHE=/tmp/fettle \
    HOME=/tmp \
    POWERSHELL_TELEMETRY_OPTOUT=1 \
    POWERSHELL_UPDATECHECK=Off
# The image's own account without rights.
USER $APP_UID
ENTRYPOINT ["node", "bin/fettle.mjs"]
CMD ["worker"]
