# The image of Spaser: one base, two stages; the last one holds no build tool and no npm.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /app

COPY requirements.lock requirements-node.lock ./
RUN python -m venv --without-pip /opt/spaser \
 && pip --python /opt/spaser/bin/python install --require-hashes --only-binary :all: -r requirements.lock \
 && pip install --require-hashes --only-binary :all: -r requirements-node.lock

COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

COPY api api
COPY web web
COPY migrations migrations
COPY openapi openapi
RUN python -m web.vendor \
 && rm -rf node_modules package.json package-lock.json .npmrc requirements-node.lock \
 && /opt/spaser/bin/python -m compileall -q api web migrations


FROM python:3.11-slim
LABEL org.opencontainers.image.title="Spaser" \
      org.opencontainers.image.description="La plateforme ouverte des achats publics responsables" \
      org.opencontainers.image.licenses="EUPL-1.2"
RUN install -d -o 10001 -g 10001 /data
COPY --from=build /opt/spaser /opt/spaser
COPY --from=build /app /app
COPY LICENSE /app/

# The process listens to the other containers; what is published is the operator's choice.
ENV PATH=/opt/spaser/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SPASER_DATA_DIR=/data \
    SPASER_HOST=0.0.0.0 \
    PORT=8000
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/api/health/live', timeout=3)"]
ENTRYPOINT ["python", "-m", "api.cli"]
CMD ["serve"]
