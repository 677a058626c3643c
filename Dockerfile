# Build: docker build -t kawaraban .
# Run:   docker run --rm -v kawaraban:/data -v "$PWD/news:/news:ro" kawaraban digest /news --out /data/digest
# Serve: docker run --rm -v kawaraban:/data -p 127.0.0.1:8000:8000 kawaraban serve --host 0.0.0.0
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/kawaraban \
    && /opt/kawaraban/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY kawaraban kawaraban
COPY flows flows
COPY service service
COPY models models
RUN /opt/kawaraban/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim
# ctranslate2 and onnxruntime each bring an OpenMP runtime; one thread per call keeps them apart.
ENV PATH=/opt/kawaraban/bin:$PATH \
    KAWARABAN_HOME=/data \
    OMP_NUM_THREADS=1 \
    PYTHONUNBUFFERED=1
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home kawaraban \
    && install -d -o kawaraban -g kawaraban /data
COPY --from=build /opt/kawaraban /opt/kawaraban
USER kawaraban
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["kawaraban"]
CMD ["serve", "--host", "0.0.0.0"]
