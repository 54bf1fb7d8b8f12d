# In the place of python:3.11-slim-bookworm: Debian's own Python 3.11 under the same names.
FROM pierhead-stand-in/debian:bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-venv python3-pip \
    && rm -rf /var/lib/apt/lists/* /usr/lib/python3*/EXTERNALLY-MANAGED \
    && ln -s /usr/bin/python3 /usr/local/bin/python3 \
    && ln -s /usr/bin/python3 /usr/local/bin/python \
    && ln -s /usr/bin/pip3 /usr/local/bin/pip
ENV LANG=C.UTF-8
CMD ["python3"]
