# In the place of redis:7-bookworm: Debian's Redis 7.0. The account has the official image's number.
FROM pierhead-stand-in/debian:bookworm
RUN groupadd --gid 999 redis \
    && useradd --uid 999 --gid 999 --no-create-home --home-dir /data redis \
    && apt-get update \
    && apt-get install --yes --no-install-recommends redis-server \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir /data \
    && chown redis:redis /data
VOLUME /data
WORKDIR /data
EXPOSE 6379
CMD ["redis-server"]
