# Two stages: the first converts the encoder and needs PyTorch for it; the second holds only what answers.
#   docker build -t refdesk .
#   docker run --rm -v ~/notes:/notes:ro -v refdesk-index:/index refdesk ask "who is on call?"

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY ingest ingest
COPY index index
COPY bot bot
RUN pip wheel --wheel-dir /wheels .
# PyTorch's own package index has builds for CPUs alone, which spare some gigabytes; name it to use it:
#   docker build --build-arg PIP_EXTRA_INDEX_URL=... -t refdesk .
ARG PIP_EXTRA_INDEX_URL
RUN pip install --find-links /wheels ".[export]"
RUN python -c 'from pathlib import Path; from index.export import export_encoder; \
    from index.model import DEFAULT_MODEL; export_encoder(DEFAULT_MODEL, Path("/opt/refdesk/models"))'

FROM python:3.11-slim
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONUNBUFFERED=1
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-index --find-links /wheels refdesk
COPY --from=build /opt/refdesk/models /opt/refdesk/models
# The uid is fixed, so that a folder mounted from outside can be given to it.
RUN useradd --uid 10001 --user-group --create-home --shell /usr/sbin/nologin refdesk \
    && install --directory --owner=refdesk --group=refdesk /notes /index /state
ENV REFDESK_MODELS=/opt/refdesk/models REFDESK_INDEX=/index REFDESK_SOURCES=/notes \
    REFDESK_STATE=/state
VOLUME ["/notes", "/index", "/state"]
USER 10001:10001
WORKDIR /notes
ENTRYPOINT ["refdesk"]
CMD ["--help"]
