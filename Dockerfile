# syntax=docker/dockerfile:1
# A worker for a machine with an NVIDIA GPU, or without one: the files for CPUs are in it as well.
# It has no models and no database: mount models at /models or name them by URI, and set Rebase__Database__ConnectionString.
#
#   docker build -t rebasebatch .
#   docker build -t rebasebatch:cpu --build-arg LLamaSharpBackend=Cpu .    without a GPU's files, which are not in every feed
#   docker build -t rebasebatch:cuda13 --build-arg LLamaSharpBackend=Cuda13 --build-arg CUDA=13.0.2-runtime-ubuntu24.04 .

# Whose native files come beside those for CPUs: Cuda12, Cuda13, Vulkan, or Cpu for none. Directory.Packages.props has their version.
ARG LLamaSharpBackend=Cuda12
# Each may carry a digest behind its version, which then decides: --build-arg NODE=24.11.1-bookworm-slim@sha256:... (infra/README.md).
ARG DOTNET_SDK=10.0.401-noble
ARG DOTNET_RUNTIME=10.0.12-noble
ARG NODE=24.11.1-bookworm-slim
ARG CUDA=12.9.1-runtime-ubuntu24.04

FROM node:${NODE} AS node
FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET_RUNTIME} AS dotnet

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET_SDK} AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
# MSBuild reads it from the environment.
ARG LLamaSharpBackend
ENV LLamaSharpBackend=${LLamaSharpBackend} DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source
# Packages and native parts first: a change of the code does not fetch them again.
COPY Directory.* global.json ./
COPY contracts/*.csproj contracts/packages.lock.json contracts/
COPY migrations/*.csproj migrations/packages.lock.json migrations/
COPY worker/*.csproj worker/packages.lock.json worker/
COPY worker/native/ worker/native/
# The lock files fix the packages of the build without a GPU's files by their hashes; a build with these has others (Directory.Build.props).
RUN if [ "$LLamaSharpBackend" = Cpu ]; then dotnet restore worker --locked-mode; else dotnet restore worker; fi \
    && dotnet msbuild worker -t:RestoreNativeParts
COPY . .
RUN dotnet publish worker -c Release -o /app --no-restore -p:BundledModels=false -p:EmbeddedPostgres=false
# The layers are ordered by size and by how seldom they change: native parts, packages, the program itself. A change of the code changes
# only the last.
RUN mkdir /native /program \
    && mv /app/native /app/runtimes /native \
    && mv /app/rebase /app/rebase.* /app/RebaseBatch.* /app/appsettings.json /program

# LLamaSharp chooses its CUDA files by CUDA_VERSION, which this base sets.
FROM nvidia/cuda:${CUDA} AS worker
ARG LLamaSharpBackend
# Certificates for Azure, OpenMP for LLamaSharp's files, time zones for schedules. For Vulkan its loader, and the tool that LLamaSharp asks
# for its version.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libgomp1 libssl3t64 tzdata \
        $([ "$LLamaSharpBackend" != Vulkan ] || echo libvulkan1 vulkan-tools) \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 65534 -g 65534 /data /models
COPY --from=dotnet /usr/share/dotnet /usr/share/dotnet
ENV DOTNET_ROOT=/usr/share/dotnet \
    Rebase__DataDirectory=/data \
    Rebase__Http__Port=8080 \
    Rebase__Http__Address=0.0.0.0
WORKDIR /app
COPY --from=build /native ./
COPY --from=build /app ./
COPY --from=build /program ./
# A number: Kubernetes can see that it is not root.
USER 65534:65534
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# The worker answers from its first second, before its models are loaded.
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 CMD ["./rebase", "worker", "health"]
ENTRYPOINT ["./rebase"]
CMD ["worker", "run", "--log", "json"]
