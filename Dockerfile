# docker build -t kawaraban .
# docker buildx build --platform linux/amd64,linux/arm64 -t kawaraban .
# tests/packaging runs these commands without Docker; docs/operations/install.md says what that proves.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /src
# uv.lock is not in a clone until `uv run` made it; without it the date in pyproject.toml gives the same versions.
COPY pyproject.toml uv.lock* README.md LICENSE ./
COPY bot bot
COPY cogs cogs
COPY config config
ENV UV_PROJECT_ENVIRONMENT=/opt/kawaraban
RUN uv sync --no-dev --no-editable --extra postgres --no-cache --compile-bytecode
RUN uv tool run --from cyclonedx-bom==7.5.0 cyclonedx-py environment --output-file /opt/kawaraban/sbom.cdx.json /opt/kawaraban

FROM python:${PYTHON}
RUN pip uninstall --yes --root-user-action=ignore setuptools wheel pip
RUN groupadd --system --gid 10001 kawaraban
RUN useradd --system --uid 10001 --gid 10001 --home-dir /data --shell /usr/sbin/nologin kawaraban
RUN install --directory --owner=10001 --group=10001 --mode=700 /data
COPY --from=build /opt/kawaraban /opt/kawaraban
ENV PATH=/opt/kawaraban/bin:/usr/local/bin:/usr/bin:/bin
ENV PYTHONUNBUFFERED=1
ENV PYTHONDONTWRITEBYTECODE=1
ENV KAWARABAN_DATABASE__URL=sqlite:////data/kawaraban.db
ENV KAWARABAN_HTTP_SERVER__ENABLED=true
WORKDIR /data
USER 10001:10001
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["kawaraban", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["kawaraban"]
CMD ["run"]
